// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

enum JobHealth {
    static func health(_ subject: HealthSubject) -> HealthReport {
        if let failed = subject.condition("Failed"), failed.isTrue {
            return .degraded(failed.words.isEmpty ? "the Job failed" : failed.words)
        }
        if let complete = subject.condition("Complete"), complete.isTrue { return .healthy }
        if let suspended = subject.condition("Suspended"), suspended.isTrue {
            return HealthReport(.suspended, reason: "the Job is suspended")
        }
        if subject.spec["suspend"] == true { return HealthReport(.suspended, reason: "the Job is suspended") }
        let (done, wanted) = (subject.count("succeeded"), subject.spec["completions"]?.intValue ?? 1)
        return .progressing("\(done) of \(wanted) runs are complete")
    }
}
