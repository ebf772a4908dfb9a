// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

enum DeploymentHealth {
    static func health(_ subject: HealthSubject) -> HealthReport {
        if subject.spec["paused"] == true { return HealthReport(.suspended, reason: "the rollout is paused") }
        let progressing = subject.condition("Progressing")
        let failure = subject.condition("ReplicaFailure")
        if let progressing, progressing.reason == "ProgressDeadlineExceeded" {
            let cause = failure.map { $0.isTrue ? ": \($0.message)" : "" } ?? ""
            return .degraded("\(progressing.message)\(cause)")
        }
        let wanted = subject.spec["replicas"]?.intValue ?? 1
        let counts = ReplicaCounts(
            wanted: wanted, there: subject.count("replicas"), updated: subject.count("updatedReplicas"),
            ready: subject.count("readyReplicas"), available: subject.count("availableReplicas"))
        if let lack = counts.lack {
            let cause = failure.map { $0.isTrue ? ": \($0.message)" : "" } ?? ""
            return .progressing(lack + cause)
        }
        let hasDeadline = (subject.spec["progressDeadlineSeconds"]?.intValue ?? Int64(Int32.max)) != Int64(Int32.max)
        if hasDeadline, progressing?.isTrue != true || progressing?.reason != "NewReplicaSetAvailable" {
            return .progressing("the new ReplicaSet is not available yet")
        }
        if let available = subject.condition("Available"), !available.isTrue { return .progressing(available.words) }
        return .healthy
    }
}
