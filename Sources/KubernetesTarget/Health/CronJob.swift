// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

enum CronJobHealth {
    static func health(_ subject: HealthSubject) -> HealthReport {
        subject.spec["suspend"] == true ? HealthReport(.suspended, reason: "its schedule is suspended") : .healthy
    }
}
