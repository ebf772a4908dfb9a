// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

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

    /// A person asked for a sync: what waits for a person goes, and drift is put back whatever the policy.
    package struct Request: Sendable, Hashable {
        package var actor: Actor
        /// Empty when nothing was said.
        package var reason: Text
        /// How much is asked for.
        package var part: SyncPart

        package init(by actor: Actor, reason: Text, part: SyncPart = .whole) {
            self.actor = actor
            self.reason = reason
            self.part = part
        }
    }

    package enum Scope: Sendable, Hashable {
        case objects(Set<ObjectID>)
        case whole(ComparisonDepth)
    }

    package var urgency: Urgency
    package var scope: Scope
    /// The last one, where several asked, for all that they asked for.
    @Seldom package var request: Request?

    package var isRequested: Bool { request != nil }
    package var part: SyncPart { request?.part ?? .whole }

    package init(urgency: Urgency, scope: Scope, request: Request? = nil) {
        self.urgency = urgency
        self.scope = scope
        self.request = request
    }

    package static let commit = Job(urgency: .commit, scope: .whole(.metadata))
    /// A look at all of a unit that nothing is known against.
    package static let audit = Job(urgency: .audit, scope: .whole(.content))

    package mutating func merge(_ other: Job) {
        urgency = min(urgency, other.urgency)
        let part = request.map { request in other.request.map { $0.part.union(request.part) } ?? request.part }
        request = other.request ?? request
        if let part { request?.part = part }
        scope =
            switch (scope, other.scope) {
            case (.objects(let a), .objects(let b)): .objects(a.union(b))
            case (.whole(.content), _), (_, .whole(.content)): .whole(.content)
            case (.whole, _), (_, .whole): .whole(.metadata)
            }
    }
}
