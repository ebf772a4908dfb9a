// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

enum PersistentVolumeHealth {
    static func health(_ subject: HealthSubject) -> HealthReport {
        switch subject.status["phase"]?.stringValue?.string {
        case "Failed": .degraded(subject.status["message"]?.stringValue?.string ?? "it could not be reclaimed")
        case "Pending": .progressing("is not available yet")
        default: .healthy
        }
    }
}
