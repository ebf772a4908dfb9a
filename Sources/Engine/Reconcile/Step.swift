// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// What a reconciliation asks for: first what is to be recorded, durably, and then one act.
///
/// That both come together is how "intent before act" holds: there is no other way to act.
package struct Step: Sendable {
    package var record: [EventDraft]
    package var action: Action

    package init(record: [EventDraft] = [], action: Action) {
        self.record = record
        self.action = action
    }

    var isLast: Bool { if case .finish = action { true } else { false } }
}

package enum Action: Sendable {
    /// What the target itself says that is the unit's. Answered by `.recalled` or `.failed`.
    case recall
    /// Answered by `.identified` or `.failed`.
    case identify(Version)
    /// Answered by `.checked` or `.failed`.
    case check(render: Digest, ComparisonDepth)
    /// Answered by `.rendered`, `.unavailable` or `.failed`, as all that asks for content.
    case render(Version)
    /// The objects of content that was applied before; all of them, or some. Answered by `.rendered` or `.failed`.
    case load(render: Digest, version: Version, only: Set<ObjectID>?)
    /// What of that content is run around a deletion. Answered by `.rendered` or `.failed`.
    case loadHooks(render: Digest, version: Version)
    /// Answered by `.admitted` or `.failed`.
    case admit([DesiredObject])
    /// Tells the driver what to watch of content that was applied, before it is looked at. Answered by `.followed`.
    case follow(Rendered)
    /// Answered by `.compared` or `.failed`.
    case compare([DesiredObject], Version, ComparisonDepth)
    /// Answered by `.stored` or `.failed`.
    case store(Inventory)
    /// Takes the claim back, on what is named here and on what the target itself says. Answered by `.stored` or `.failed`.
    case release(Inventory)
    /// Answered by `.carriedOut` or `.failed`.
    case carryOut(wave: Int, Version, [WaveOrder.Item], context: [DesiredObject])
    /// Of objects whose time is up, why they are not well is asked too. Answered by `.health` or `.failed`.
    case health([DesiredObject], isTimeUp: Bool)
    /// Answered by `.waited`.
    case wait(Duration)
    case finish(Conclusion)
}

package enum Input: Sendable {
    case recalled(Inventory?)
    /// `nil` when that takes a render.
    case identified(Digest?)
    case checked(Standing)
    case rendered(Rendered)
    case admitted([Refusal])
    case followed
    case compared([ObjectID: Comparison])
    case stored
    case carriedOut([Outcome])
    case health([ObjectID: HealthReport])
    case waited
    case failed(reason: Text)
    /// Content that cannot be had just now, for a reason that goes away by itself.
    case unavailable(reason: Text)
    /// Between two acts only, never inside one.
    case interrupted(Interruption)
}

package enum Interruption: Sendable, Hashable {
    case cancelled(reason: Text)
    case superseded
}

/// How a reconciliation ended.
package struct Conclusion: Sendable {
    package enum Again: Sendable, Hashable {
        /// When something marks the unit.
        case whenMarked
        /// After the back-off of a failure.
        case afterBackoff
        case after(Duration)
    }

    package var state: SyncState
    /// Empty when there is nothing to say.
    package var reason: Text
    package var again: Again
    /// The plan that waits or was carried out.
    package var plan: Plan?
    package var fights: FightLedger
    /// Objects that are not well, as far as anybody has looked.
    package var ill: [ObjectID: HealthReport]
    /// ``Plan/unpruned`` of the unit, as far as anybody has looked.
    package var unpruned: [ObjectID]
    /// What the unit declares, where it was looked at as a whole.
    package var rendered: Rendered?
    /// Objects that were looked at.
    package var looked: Int
    /// Whether all that is ``rendered`` was admitted in this run and stands now.
    package var isProven: Bool

    package init(
        state: SyncState, reason: Text = "", again: Again = .whenMarked, plan: Plan? = nil, fights: FightLedger,
        ill: [ObjectID: HealthReport] = [:], unpruned: [ObjectID] = [], rendered: Rendered? = nil, looked: Int = 0,
        isProven: Bool = false
    ) {
        self.state = state
        self.reason = reason
        self.again = again
        self.plan = plan
        self.fights = fights
        self.ill = ill
        self.unpruned = unpruned
        self.rendered = rendered
        self.looked = looked
        self.isProven = isProven
    }
}
