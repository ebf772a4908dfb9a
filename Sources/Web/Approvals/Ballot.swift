// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model

/// Who has agreed to a plan, and how many seats are empty.
struct Ballot {
    let plan: WaitingPlan
    let times: Moments

    init(_ plan: WaitingPlan, _ times: Moments) {
        self.plan = plan
        self.times = times
    }

    /// In a few words what it takes.
    var sentence: String {
        guard let approval = plan.approval else {
            return plan.isGuarded ? "A guard holds it back" : "Waits for a person to let it through"
        }
        if let critic = approval.rejectedBy { return "Rejected by \(Words.cut(critic.text, to: 200))" }
        return approval.needed == 1
            ? "Waits for an approval" : "Waits for \(Words.number(plan.missing)) of \(approval.needed) approvals"
    }

    var html: HTML {
        H.ul(.class("seats")) {
            if let approval = plan.approval {
                for approver in approval.approvers.prefix(20) { seat(.inSync, .good, approver, "approved") }
                if let critic = approval.rejectedBy { seat(.failed, .bad, critic, "rejected") }
                for _ in 0..<min(20, plan.missing) {
                    H.li(.class("seat mute")) {
                        Mark.missing.html
                        H.span(.class("soft")) { "Nobody yet" }
                    }
                }
            }
        }
    }

    private func seat(_ mark: Mark, _ tone: Tone, _ actor: Actor, _ verb: String) -> HTML {
        let word = plan.words.last { $0.actor == actor }
        return H.li(.class("seat \(tone.rawValue)")) {
            mark.html
            H.div {
                H.p {
                    H.strong { Words.cut(actor.text, to: 200) }
                    " \(verb)"
                    if word?.isBreakGlass == true { ", without the others" }
                }
                if let word {
                    if !word.reason.isEmpty { H.p(.class("said")) { "“\(Words.cut(word.reason, to: 600))”" } }
                    H.p(.class("when")) { times.ago(word.time) }
                }
            }
        }
    }

    /// Whose word counts.
    var asked: HTML {
        HTML {
            if let approval = plan.approval {
                for (index, name) in approval.from.prefix(20).enumerated() {
                    if index > 0 { ", " }
                    Words.cut(name, to: 200)
                }
                if approval.notAuthor { H.span(.class("soft")) { ", and none who wrote it" } }
            } else {
                "whoever may confirm here"
            }
        }
    }
}
