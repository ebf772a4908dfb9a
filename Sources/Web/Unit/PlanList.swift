// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model

/// What a sync would do, object by object.
struct PlanList {
    let view: PlanView
    /// Whether somebody is to answer for it: then all of it is shown that a page can hold.
    let isWhole: Bool

    private var most: Int { isWhole ? 2000 : 200 }
    /// Bytes of a page, beyond which the rest is shown in less detail.
    private static let room = 500_000

    init(_ view: PlanView, isWhole: Bool = false) {
        self.view = view
        self.isWhole = isWhole
    }

    var html: HTML {
        HTML {
            for problem in view.problems.prefix(20) { problem.html }
            if let note = view.note { H.p { Words.cut(note, to: 1000) } }
            if let block = view.block {
                let asked = block.approval == nil ? "A guard would hold it back" : "Others would have to agree first"
                Panel.callout(.careful, .blocked, asked) {
                    H.p { Words.cut(WaitingPlan.withoutCommand(block.reason), to: 1000) }
                }
            }
            if let plan = view.plan { changes(plan) }
            if !view.hooks.isEmpty {
                H.h3 { "Hooks that would run" }
                H.ul(.class("objects")) {
                    for hook in view.hooks.prefix(most) {
                        H.li {
                            H.div(.class("object-row")) {
                                hook.object.html
                                H.span(.class("soft")) { hook.phase.rawValue }
                            }
                        }
                    }
                }
            }
        }
    }

    private func changes(_ plan: Plan) -> HTML {
        let changes = plan.changes.filter { $0.action != .keep }
        let kept = plan.changes.count - changes.count
        var room = isWhole ? Self.room : 0
        return HTML {
            H.p(.class("hint")) {
                if changes.isEmpty {
                    "Nothing: \(Words.counted(kept, "object")) would stay as it is."
                } else {
                    "\(ChangeCounts(plan).plannedWords). \(Words.counted(kept, "object")) would stay."
                    " Plan "
                    plan.digest.html
                }
            }
            H.ul(.class("objects")) {
                for change in changes.prefix(most) { line(change, &room) }
            }
            if changes.count > most { H.p(.class("soft")) { "… and \(Words.number(changes.count - most)) more" } }
        }
    }

    private func line(_ change: Change, _ room: inout Int) -> HTML {
        let extent = room > 0 ? FieldList.Extent.whole : .glance
        let line = H.li {
            H.div(.class("object-row")) {
                change.object.html
                change.action.badge
            }
            if !change.fields.isEmpty { FieldList(change.fields, extent).html }
        }
        room -= line.bytes.count
        return line
    }
}

extension Change.Action {
    fileprivate var badge: HTML {
        switch self {
        case .create: Badge.html(.progressing, "Create", .good)
        case .update: Badge.html(.syncing, "Update", .careful)
        case .delete: Badge.html(.failed, "Delete", .bad)
        case .orphan: Badge.html(.missing, "Let go", .mute)
        case .keep: Badge.html(.healthy, "Keep", .mute)
        }
    }
}

extension ChangeCounts {
    /// `2 to create, 1 to delete`
    fileprivate var plannedWords: String {
        let parts = [(create, "to create"), (update, "to update"), (delete, "to delete")].filter { $0.0 > 0 }
        return parts.isEmpty
            ? "Nothing to create, update or delete"
            : parts.map { "\(Words.number($0.0)) \($0.1)" }.joined(separator: ", ")
    }
}
