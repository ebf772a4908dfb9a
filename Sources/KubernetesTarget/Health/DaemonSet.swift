// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

enum DaemonSetHealth {
    static func health(_ subject: HealthSubject) -> HealthReport {
        guard subject.status["observedGeneration"] != nil else {
            return .progressing("its controller has not seen it yet")
        }
        guard let wanted = subject.status["desiredNumberScheduled"]?.intValue else {
            return .progressing("it is not known yet on how many nodes it should run")
        }
        if subject.spec["updateStrategy"]?["type"] == "OnDelete" { return .healthy }
        for (field, words) in [
            ("currentNumberScheduled", "scheduled"), ("updatedNumberScheduled", "updated"),
            ("numberAvailable", "available"), ("numberReady", "ready"),
        ] as [(Text, String)] {
            let count = subject.count(field)
            if count < wanted { return .progressing("\(count) of \(wanted) pods are \(words)") }
        }
        return .healthy
    }
}
