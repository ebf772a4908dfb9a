// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

enum StatefulSetHealth {
    static func health(_ subject: HealthSubject) -> HealthReport {
        let strategy = subject.spec["updateStrategy"]
        // Pods are replaced when somebody deletes them.
        if strategy?["type"] == "OnDelete" { return .healthy }
        let wanted = subject.spec["replicas"]?.intValue ?? 1
        let (there, ready) = (subject.count("replicas"), subject.count("readyReplicas"))
        if there < wanted { return .progressing("\(there) of \(wanted) replicas exist") }
        if ready < wanted { return .progressing("\(ready) of \(wanted) replicas are ready") }
        if there > wanted { return .progressing("\(there - wanted) old replicas are still there") }
        if let partition = strategy?["rollingUpdate"]?["partition"]?.intValue {
            let updated = subject.count("updatedReplicas")
            let goal = max(0, wanted - partition)
            return updated < goal ? .progressing("\(updated) of \(goal) replicas are updated") : .healthy
        }
        let current = subject.count("currentReplicas")
        if current < wanted { return .progressing("\(current) of \(wanted) replicas are current") }
        if subject.status["currentRevision"] != subject.status["updateRevision"] {
            return .progressing("replicas are being updated")
        }
        return .healthy
    }
}
