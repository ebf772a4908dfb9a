// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

enum PersistentVolumeClaimHealth {
    static func health(_ subject: HealthSubject) -> HealthReport {
        switch subject.status["phase"]?.stringValue?.string {
        case "Bound": .healthy
        case "Lost": .degraded("its volume is lost")
        default: .progressing("is not bound to a volume yet")
        }
    }
}
