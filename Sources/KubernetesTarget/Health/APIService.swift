// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

enum APIServiceHealth {
    static func health(_ subject: HealthSubject) -> HealthReport {
        guard let available = subject.condition("Available") else { return .progressing("waits for its controller") }
        return available.isTrue ? .healthy : .progressing(available.words)
    }
}
