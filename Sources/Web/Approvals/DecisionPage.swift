// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
package import Model

/// Where a person decides about a plan that waits: all of it, who else has spoken, and a form.
package struct DecisionPage: Sendable {
    /// What is looked up for it.
    package struct Matter: Sendable {
        /// `nil` when nothing waits any more.
        package var waiting: WaitingPlan?
        /// What would be done now. What waits is shown only if this is the very plan.
        package var plan: Result<PlanView, APIError>
        /// The commits that it brings, newest first; empty where nobody can tell.
        package var commits: [UnitCommit]

        package init(waiting: WaitingPlan?, plan: Result<PlanView, APIError>, commits: [UnitCommit]) {
            self.waiting = waiting
            self.plan = plan
            self.commits = commits
        }
    }

    let act: UnitAct
    let status: UnitStatus
    let matter: Matter
    let visitor: Visitor
    /// Why it was not done when it was tried.
    let failure: APIError?
    let times: Moments

    private var unit: UnitID { status.unit }

    package init(
        _ act: UnitAct, _ status: UnitStatus, _ matter: Matter, _ visitor: Visitor, failure: APIError? = nil, now: Time
    ) {
        self.act = act
        self.status = status
        self.matter = matter
        self.visitor = visitor
        self.failure = failure
        times = Moments(now: now)
    }

    package var content: PageContent {
        let title = Text("Plan for \(unit.words)")
        return PageContent(title, in: .approvals, status: failure.map { $0.code.httpStatus } ?? 200) {
            Crumbs(unit, here: "Plan").html
            Panel.heading(title) { H.p(.class("lead")) { lead } }
            if let failure { Panel.notDone(failure) }
            if let waiting = matter.waiting {
                H.div(.class("columns")) {
                    H.section(.ariaLabelledBy("changes")) { changes(waiting) }
                    H.section(.class("beside"), .ariaLabelledBy("decision")) { decision(waiting) }
                }
            } else {
                Panel.empty("Nothing waits here any more", "It was decided meanwhile, or there is a newer plan soon.")
                H.p(.class("block")) { H.a(.class("button"), .href(unit.link())) { "To the unit" } }
            }
        }
    }

    private var lead: String {
        guard let waiting = matter.waiting else { return "There is no plan to decide about." }
        if waiting.approval != nil { return UnitAct.approve.explanation }
        return waiting.isGuarded
            ? UnitAct.confirm.explanation
            : "New content of this application waits until a person lets it through. If the plan has changed meanwhile, "
                + "nothing is done."
    }

    /// The plan that waits, if that is what was found.
    private func exact(_ waiting: WaitingPlan) -> PlanView? {
        guard case .success(var view) = matter.plan, view.plan?.digest == waiting.digest else { return nil }
        // Why it waits stands beside it.
        view.block = nil
        return view
    }

    private func changes(_ waiting: WaitingPlan) -> HTML {
        HTML {
            H.h2(.id("changes")) { "What it would change" }
            if let view = exact(waiting) {
                PlanList(view, isWhole: true).html
                H.p(.class("legend block")) {
                    "Secrets are not shown. What ends in … is longer than a page: "
                    H.code { "trimtab plan \(unit.application)@\(unit.target)" }
                    " prints all of it."
                }
            } else {
                switch matter.plan {
                case .failure(let error): Panel.failure(error)
                case .success(let view):
                    Panel.callout(.careful, .unknown, "This is not what can be shown") {
                        H.p {
                            "The plan "
                            waiting.digest.html
                            " waits. What a sync would do just now is another one: the target has changed meanwhile, "
                            "or only some objects were asked for. Load the page again in a moment."
                        }
                        for problem in view.problems.prefix(20) { problem.html }
                    }
                }
            }
        }
    }

    private func decision(_ waiting: WaitingPlan) -> HTML {
        let ballot = Ballot(waiting, times)
        return H.div(.class("card decision")) {
            H.h2(.id("decision")) { Badge.html(waiting.mark, ballot.sentence, waiting.tone) }
            if waiting.approval == nil { H.p(.class("said")) { Words.cut(waiting.reason, to: 2000) } }
            if waiting.approval != nil { ballot.html }
            H.dl(.class("facts")) {
                Panel.fact(waiting.approval == nil ? "Decided by" : "Asked of") { ballot.asked }
                Panel.fact("Version") { status.version?.html(to: status.desired) ?? HTML("not applied") }
                Panel.fact("Plan") { waiting.digest.html }
                if let since = waiting.since { Panel.fact("Held back") { times.ago(since) } }
            }
            commits
            if exact(waiting) != nil { forms(waiting) }
        }
    }

    private var commits: HTML {
        HTML {
            if !matter.commits.isEmpty {
                H.div {
                    H.h3 { matter.commits.count == 1 ? "The commit in it" : "The commits in it" }
                    H.ul(.class("commits")) {
                        for commit in matter.commits.prefix(20) {
                            H.li {
                                Words.cut(commit.subject, to: 300)
                                H.span(.class("why")) {
                                    commit.commit.html
                                    " by \(Words.cut(commit.author, to: 200))"
                                }
                            }
                        }
                        if matter.commits.count > 20 {
                            H.li(.class("soft")) { "and \(matter.commits.count - 20) more" }
                        }
                    }
                }
            }
        }
    }

    private func forms(_ waiting: WaitingPlan) -> HTML {
        HTML {
            if let approval = waiting.approval {
                if !visitor.may(.approve) {
                    H.p(.class("notice")) { "Your roles do not let you approve here." }
                } else if !approval.counts(visitor.principal) {
                    H.p(.class("notice")) { "You are none of those who are asked." }
                } else {
                    if approval.approvers.contains(visitor.actor) {
                        H.p(.class("notice")) { "You have approved it; rejecting it takes that back." }
                    } else if approval.rejectedBy == visitor.actor {
                        H.p(.class("notice")) { "You have rejected it; approving it takes that back." }
                    }
                    form(waiting, .approve)
                }
                if visitor.may(.approve), visitor.may(.admin) { glass(waiting) }
            } else if visitor.may(.confirm) {
                form(waiting, .confirm)
            } else {
                H.p(.class("notice")) {
                    "Your roles do not let you confirm here."
                    if !waiting.isGuarded, visitor.may(.sync) {
                        " To sync is another way: "
                        H.a(.href(UnitAct.sync.link(unit))) { "look what it would do" }
                        "."
                    }
                }
            }
        }
    }

    private func form(_ waiting: WaitingPlan, _ act: UnitAct) -> HTML {
        ActForm(visitor, act.link(unit), class: "form")() {
            hidden(waiting)
            reason("reason", act.needsReason)
            H.div(.class("acts")) {
                H.button(.class(act == .confirm ? "button danger" : "button first"), .type("submit")) { act.command }
                if act == .approve {
                    H.button(.class("button"), .type("submit"), .formAction(UnitAct.reject.link(unit))) {
                        UnitAct.reject.command
                    }
                }
            }
        }
    }

    /// Seldom needed, and loud: it is not beside the others.
    private func glass(_ waiting: WaitingPlan) -> HTML {
        H.details(.class("glass"), .id("glass")) {
            H.summary { "Nobody else can be reached?" }
            ActForm(visitor, UnitAct.approve.link(unit), class: "form")() {
                H.p(.class("said")) {
                    "Break the glass: the plan goes ahead without those who are asked. It is on record as that, and told "
                    "to whoever watches."
                }
                hidden(waiting)
                H.input(.type("hidden"), .name("glass"), .value("broken"))
                reason("glass-reason", true)
                H.div(.class("acts")) {
                    H.button(.class("button danger"), .type("submit")) { "Do it without them" }
                }
            }
        }
    }

    private func hidden(_ waiting: WaitingPlan) -> HTML {
        H.input(.type("hidden"), .name("plan"), .value(Text(waiting.digest.hex)))
    }

    /// Of several lines, so that the return key does not decide.
    private func reason(_ id: Text, _ isNeeded: Bool) -> HTML {
        H.div(.class("field")) {
            H.label(.for(id)) { isNeeded ? "Reason, for the journal" : "Reason, for the journal; to reject, say why" }
            H.textarea(
                .id(id), .name("reason"), .rows(2), .maxLength(500), isNeeded ? .required : nil
            ) {}
        }
    }
}
