// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

enum NamespaceHealth {
    static func health(_ subject: HealthSubject) -> HealthReport {
        guard subject.status["phase"] == "Terminating" else { return .healthy }
        for type in ["NamespaceDeletionDiscoveryFailure", "NamespaceContentRemaining", "NamespaceFinalizersRemaining"]
            as [Text]
        {
            if let condition = subject.condition(type), condition.isTrue { return .progressing(condition.words) }
        }
        return .progressing("is being deleted")
    }
}
