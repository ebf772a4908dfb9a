// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model

extension JournalOperations {
    /// What units read of secrets, as far as the journal goes back.
    func secretUses(of units: UnitFilter = .all, all: Bool = false) async throws -> [SecretUse] {
        let events = try await events(ofAll: SecretUse.kinds)
        return SecretUse.fold(events, all: all).filter { use in
            if let project = ProjectName(use.project) { return units.includes(use.unit, of: project) }
            return units.patterns.isEmpty || units.patterns.contains { $0.matches(use.unit) }
        }
    }
}
