// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// For every kind without a rule of its own: the condition Ready, where there is one.
enum ReadyCondition {
    static func health(_ subject: HealthSubject) -> HealthReport {
        guard let ready = subject.condition("Ready") else { return .healthy }
        if ready.isTrue { return .healthy }
        return .progressing(ready.words.isEmpty ? "is not ready" : ready.words)
    }
}
