// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
package import Model

/// Where a person decides to have something done to a unit: what it means, what it would change, and a form for it.
package struct ActPage: Sendable {
    /// What stands beside the form.
    package enum Preview: Sendable {
        case none
        case plan(Result<PlanView, APIError>)
        /// What can be gone back to, which of them is meant, and what that would change, as far as that can be told.
        case rollback(RollbackChoices, HistoryEntry?, Result<PlanView, APIError>?)
    }

    let act: UnitAct
    let status: UnitStatus
    let preview: Preview
    let visitor: Visitor
    /// Why it was not done when it was tried.
    let failure: APIError?
    let times: Moments

    private var unit: UnitID { status.unit }

    package init(
        _ act: UnitAct, _ status: UnitStatus, _ preview: Preview, _ visitor: Visitor, failure: APIError? = nil,
        now: Time
    ) {
        self.act = act
        self.status = status
        self.preview = preview
        self.visitor = visitor
        self.failure = failure
        times = Moments(now: now)
    }

    package var content: PageContent {
        PageContent(
            Text("\(act.title): \(unit.words)"), in: .overview, status: failure.map { $0.code.httpStatus } ?? 200
        ) {
            Crumbs(unit, here: act.title).html
            Panel.heading(Text("\(act.title): \(unit.words)")) { H.p(.class("lead")) { act.explanation } }
            if let failure { Panel.notDone(failure) }
            switch preview {
            case .none: decision()
            case .plan(let plan):
                planned(plan)
                decision()
            case .rollback(let choices, let goal, let plan): rollback(choices, goal, plan)
            }
        }
    }

    private func planned(_ plan: Result<PlanView, APIError>) -> HTML {
        H.section(.class("block")) {
            H.h2 { "What it would change" }
            switch plan {
            case .success(let plan): PlanList(plan).html
            case .failure(let error): Panel.failure(error)
            }
        }
    }

    private func rollback(
        _ choices: RollbackChoices, _ goal: HistoryEntry?, _ plan: Result<PlanView, APIError>?
    ) -> HTML {
        HTML {
            if choices.entries.isEmpty {
                Panel.empty("There is nothing to go back to", "No earlier content was healthy on this unit.")
            } else {
                H.section(.class("block")) {
                    H.h2 { "Back to" }
                    H.ol(.class("choices")) {
                        for entry in choices.entries.prefix(20) { choice(entry, isChosen: entry == goal) }
                    }
                }
                if let plan { planned(plan) }
                if let goal { decision(("to", Text(goal.renderDigest.hex))) }
            }
        }
    }

    private func choice(_ entry: HistoryEntry, isChosen: Bool) -> HTML {
        let link = unit.link(Text(act.rawValue), query: [("to", Text(entry.renderDigest.hex))])
        return H.li {
            H.a(
                .class(isChosen ? "choice chosen" : "choice"), .href(link), isChosen ? .ariaCurrent("true") : nil
            ) {
                (isChosen ? Mark.inSync : Mark.missing).html
                H.span {
                    "Version "
                    entry.version.html
                    H.span(.class("soft")) {
                        ", content \(entry.renderDigest.short), synced "
                        times.ago(entry.ended)
                    }
                }
            }
        }
    }

    private func decision(_ hidden: (name: Text, value: Text)? = nil) -> HTML {
        guard visitor.may(act.verb) else {
            return H.p(.class("notice")) { "Your roles do not let you \(act.verb.words) here." }
        }
        return form(hidden)
    }

    private func form(_ hidden: (name: Text, value: Text)? = nil) -> HTML {
        ActForm(visitor, act.link(unit), class: "form block")() {
            if let hidden { H.input(.type("hidden"), .name(hidden.name), .value(hidden.value)) }
            if act == .pause { length }
            H.div(.class("field")) {
                H.label(.for("reason")) {
                    act.needsReason ? "Reason, for the journal" : "Reason, for the journal (optional)"
                }
                H.input(
                    .id("reason"), .type("text"), .name("reason"), .maxLength(500), .autocomplete("off"),
                    act.needsReason ? .required : nil)
            }
            H.div(.class("acts")) {
                H.button(.class(act.isGrave ? "button danger" : "button first"), .type("submit")) { act.command }
                H.a(.class("button plain"), .href(unit.link())) { "Leave it" }
            }
        }
    }

    private var length: HTML {
        H.div(.class("field")) {
            H.label(.for("minutes")) { "For" }
            H.select(.id("minutes"), .name("minutes")) {
                for choice in PauseLength.choices {
                    H.option(.value(Text(String(choice.minutes))), choice.minutes == 60 ? .selected : nil) {
                        choice.words
                    }
                }
            }
        }
    }
}

extension Verb {
    /// After "let you".
    fileprivate var words: String { self == .rollback ? "roll back" : rawValue }
}

extension UnitAct {
    /// What may take something away.
    fileprivate var isGrave: Bool { self == .rollback }
}

/// How long a pause may be that is made on a page.
enum PauseLength {
    static let choices: [(minutes: Int, words: String)] = [
        (15, "15 minutes"), (60, "an hour"), (240, "four hours"), (1440, "a day"), (10_080, "a week"),
    ]
}
