// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
package import Model

/// What a person can have done to a unit. The raw value stands in addresses.
package enum UnitAct: String, Sendable, CaseIterable {
    case sync, pause, resume, rollback, undo, confirm, approve, reject, cancel

    package var verb: Verb {
        switch self {
        case .sync, .cancel: .sync
        case .pause, .resume: .pause
        case .rollback, .undo: .rollback
        case .confirm: .confirm
        case .approve, .reject: .approve
        }
    }

    func link(_ unit: UnitID) -> Link { unit.link(Text(rawValue)) }

    /// On what leads to its page.
    var title: String {
        switch self {
        case .sync: "Sync"
        case .pause: "Pause"
        case .resume: "Resume"
        case .rollback: "Roll back"
        case .undo: "Take the rollback back"
        case .confirm: "Let the plan through"
        case .approve: "Decide about the plan"
        case .reject: "Reject the plan"
        case .cancel: "Cancel"
        }
    }

    /// On what does it.
    var command: String {
        switch self {
        case .sync: "Sync now"
        case .pause: "Pause"
        case .resume: "Resume"
        case .rollback: "Roll back now"
        case .undo: "Lift the mark and sync"
        case .confirm: "Let it through"
        case .approve: "Approve"
        case .reject: "Reject"
        case .cancel: "Cancel the sync"
        }
    }

    var explanation: String {
        switch self {
        case .sync: "Looks at Git and at the target again, and does what is missing."
        case .pause: "Nothing is synced and no drift is put back until the pause ends, which it does by itself."
        case .resume: "Ends the pause: what has changed since is synced, and drift is put back."
        case .rollback:
            "Marks the content that is applied as bad on this unit and goes back to an earlier one. Automation stays on: "
                + "newer content will be synced again, the bad one will not."
        case .undo: "Takes back what marks content as bad on this unit, and syncs to the newest again."
        case .confirm:
            "Carries out this plan, which a guard holds back. If the plan has changed meanwhile, nothing is done."
        case .approve, .reject:
            "Nothing of it is done until enough people have agreed to exactly this plan. One that has changed needs new "
                + "approvals, and one who says no holds it."
        case .cancel:
            "Stops before the next act. It is not begun again until there is another version or somebody asks for a sync."
        }
    }

    var doneWords: String {
        switch self {
        case .sync: "The sync was asked for."
        case .pause: "The unit is paused."
        case .resume: "The pause has ended."
        case .rollback: "The rollback was asked for."
        case .undo: "The mark was taken back."
        case .confirm: "The plan was let through."
        case .approve: "You approved the plan."
        case .reject: "You rejected the plan."
        case .cancel: "The sync was cancelled."
        }
    }

    /// What cannot be seen from what is done to say why it was has to be said.
    package var needsReason: Bool {
        switch self {
        case .rollback, .undo, .confirm, .reject, .pause: true
        case .sync, .resume, .approve, .cancel: false
        }
    }

    /// What makes sense for a unit as it stands.
    static func offered(for view: UnitView) -> [UnitAct] {
        let history = (try? view.history.get()) ?? []
        return allCases.filter { act in
            switch act {
            case .sync: view.status.sync != .syncing
            case .pause: view.status.pause == nil
            case .resume: view.status.pause != nil
            case .rollback: RollbackChoices(history).entries.isEmpty == false
            case .undo: history.contains { $0.isBad }
            case .confirm: WaitingPlan(view.status)?.act == .confirm
            case .approve: WaitingPlan(view.status)?.act == .approve
            // Both decisions are made in one place.
            case .reject: false
            case .cancel: view.status.sync == .syncing
            }
        }
    }
}

/// What a unit can go back to, newest first, each content once.
package struct RollbackChoices: Sendable {
    package var entries: [HistoryEntry]

    /// - Parameter history: newest first.
    package init(_ history: [HistoryEntry]) {
        let current = history.first { $0.isCurrent }?.renderDigest
        var seen: Set<Digest> = []
        entries = history.filter { entry in
            entry.result == .succeeded && entry.wasHealthy && !entry.isBad && entry.renderDigest != current
                && seen.insert(entry.renderDigest).inserted
        }
    }
}
