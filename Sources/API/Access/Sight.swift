// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
package import Model

/// What somebody may read as the roles are now, for those who hold many units against it at once.
package struct Sight: Sendable {
    private let policy: AccessPolicy
    private let rights: AccessRights
    /// Whether nothing is hidden.
    package let isWhole: Bool

    init(_ policy: AccessPolicy, _ rights: AccessRights) {
        self.policy = policy
        self.rights = rights
        isWhole = rights.allowsEverywhere(.read)
    }

    /// - Parameter project: `nil` for a unit that is gone: then what the fleet says of it counts.
    package func shows(_ unit: UnitID, of project: ProjectName?) -> Bool {
        isWhole || rights.allows(.read, on: policy.facts(of: unit, project: project))
    }
}

extension AuthorizedOperations {
    package func sight() async -> Sight {
        let judge = await judge()
        return Sight(judge.policy, judge.rights)
    }
}
