// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// Why a unit is dirty and how much of it has to be looked at.
package struct Job: Sendable, Hashable {
    /// From most to least urgent.
    package enum Urgency: Int, Sendable, Hashable, Comparable, CaseIterable {
        case person, commit, drift, audit

        package static func < (left: Urgency, right: Urgency) -> Bool { left.rawValue < right.rawValue }

        /// How much later a job of this class counts as having come. Ageing follows: an audit that has waited for
        /// five minutes goes before a commit that has just come.
        var headStart: Duration {
            switch self {
            case .person: .zero
            case .commit: .seconds(10)
            case .drift: .seconds(20)
            case .audit: .seconds(300)
            }
        }
    }

    package enum Scope: Sendable, Hashable {
        case objects(Set<ObjectID>)
        case whole(ComparisonDepth)
    }

    package var urgency: Urgency
    package var scope: Scope
    /// A person asked for a sync: what waits for a person goes, and drift is put back whatever the policy.
    package var isRequested: Bool

    package init(urgency: Urgency, scope: Scope, isRequested: Bool = false) {
        self.urgency = urgency
        self.scope = scope
        self.isRequested = isRequested
    }

    package static let commit = Job(urgency: .commit, scope: .whole(.metadata))

    package mutating func merge(_ other: Job) {
        urgency = min(urgency, other.urgency)
        isRequested = isRequested || other.isRequested
        scope =
            switch (scope, other.scope) {
            case (.objects(let a), .objects(let b)): .objects(a.union(b))
            case (.whole(.content), _), (_, .whole(.content)): .whole(.content)
            case (.whole, _), (_, .whole): .whole(.metadata)
            }
    }
}
