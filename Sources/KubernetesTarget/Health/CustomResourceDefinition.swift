// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

enum CustomResourceDefinitionHealth {
    static func health(_ subject: HealthSubject) -> HealthReport {
        if let names = subject.condition("NamesAccepted"), names.isFalse { return .degraded(names.words) }
        if let established = subject.condition("Established", isLasting: true), established.isTrue { return .healthy }
        return .progressing("is not established yet")
    }
}
