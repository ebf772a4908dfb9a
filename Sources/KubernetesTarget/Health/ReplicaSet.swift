// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

enum ReplicaSetHealth {
    static func health(_ subject: HealthSubject) -> HealthReport {
        if let failure = subject.condition("ReplicaFailure"), failure.isTrue {
            return .progressing(failure.words.isEmpty ? "its Pods cannot be made" : failure.words)
        }
        let wanted = subject.spec["replicas"]?.intValue ?? 1
        let (labelled, available) = (subject.count("fullyLabeledReplicas"), subject.count("availableReplicas"))
        if labelled < wanted { return .progressing("\(labelled) of \(wanted) replicas exist") }
        if available < wanted { return .progressing("\(available) of \(wanted) replicas are available") }
        let ready = subject.count("readyReplicas")
        if ready < wanted { return .progressing("\(ready) of \(wanted) replicas are ready") }
        let there = subject.count("replicas")
        if there > wanted { return .progressing("\(there - wanted) old replicas are still there") }
        return .healthy
    }
}
