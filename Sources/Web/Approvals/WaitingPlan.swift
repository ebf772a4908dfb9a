// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest
package import Model

/// A plan that waits for people: for those who have to agree to it, or for one who lets it through.
package struct WaitingPlan: Sendable, Hashable {
    /// What somebody said of it.
    package struct Word: Sendable, Hashable {
        package var actor: Actor
        package var time: Time
        package var reason: Text
        package var kind: EventKind
        package var isBreakGlass = false
    }

    package var status: UnitStatus
    package var digest: Digest
    /// Why it waits, without the command that would end that.
    package var reason: Text
    /// `nil` where one person who may confirm is enough.
    package var approval: ApprovalView?
    /// When it was first held back; `nil` where the events do not reach back so far.
    package var since: Time?
    /// The last word of each, in the order in which they spoke.
    package var words: [Word]

    /// What tells of plans that wait and of what became of them.
    package static let kinds: [EventKind] = [.planBlocked, .approved, .rejected, .confirmed]

    /// - Parameters:
    ///   - events: of its unit, oldest first.
    /// - Returns: `nil` for a unit whose plan waits for nobody.
    package init?(_ status: UnitStatus, _ events: [EventView] = []) {
        guard let block = status.block, let digest = block.plan else { return nil }
        self.status = status
        self.digest = digest
        reason = Self.withoutCommand(block.reason)
        approval = block.approval
        words = []
        for view in events where view.event.plan == digest {
            if view.event.kind == .planBlocked {
                since = since ?? view.event.time
            } else {
                words.removeAll { $0.actor == view.event.actor }
                words.append(
                    Word(
                        actor: view.event.actor, time: view.event.time, reason: view.event.reason,
                        kind: view.event.kind, isBreakGlass: view.event.isBreakGlass))
            }
        }
    }

    package var unit: UnitID { status.unit }

    /// How many more have to agree.
    package var missing: Int { approval.map { max(0, $0.needed - $0.approvers.count) } ?? 1 }

    /// What it takes to end the waiting.
    var act: UnitAct { approval == nil ? .confirm : .approve }

    /// The right that this takes, on its unit.
    var verb: Verb { approval == nil ? .confirm : .approve }

    /// Whether a guard holds it back: something about it is unusual. Otherwise it is one of an application whose new
    /// content always waits for a person.
    var isGuarded: Bool { approval == nil && status.sync == .blocked }

    /// Whether it waits for a visitor who has the right to move it, as far as can be told without looking at commits.
    func waits(for visitor: Visitor) -> Bool {
        guard let approval else { return true }
        return approval.counts(visitor.principal) && !approval.approvers.contains(visitor.actor)
    }

    /// All that wait, the longest first.
    ///
    /// - Parameter events: oldest first.
    package static func all(_ units: [UnitStatus], _ events: [EventView]) -> [WaitingPlan] {
        let waiting = units.filter { $0.block?.plan != nil }
        guard !waiting.isEmpty else { return [] }
        let byUnit = Dictionary(grouping: events) { $0.event.unit }
        return waiting.compactMap { WaitingPlan($0, byUnit[$0.unit] ?? []) }
            .sorted { ($0.since?.nanoseconds ?? .min, $0.unit) < ($1.since?.nanoseconds ?? .min, $1.unit) }
    }

    /// What the command line is to do about it is no advice for a browser.
    static func withoutCommand(_ reason: Text) -> Text {
        for tail in [": look at it, then run trimtab ", ": run trimtab "] {
            let bytes = Array(reason.utf8)
            if let found = bytes.firstRange(of: Array(tail.utf8)) {
                return Text(utf8: bytes[..<found.lowerBound]) ?? reason
            }
        }
        return reason
    }
}

extension Event {
    /// The plan that it is about.
    var plan: Digest? { payload["plan"]?.digestValue }
    /// Why somebody did it, as they said.
    var reason: Text { payload["reason"]?.stringValue ?? "" }
    /// Whether an approval stands for all that are missing.
    var isBreakGlass: Bool { payload(as: Approved.self)?.isBreakGlass ?? false }
}
