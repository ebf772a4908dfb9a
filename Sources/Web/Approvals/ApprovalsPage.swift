// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest
package import Model

/// Which plans are shown: what the page's address says.
package struct ApprovalsQuery: Sendable, Hashable {
    package var words: [Text] = []
    /// Only those that wait for whoever looks.
    package var isMine = false

    /// - Parameter query: as ``Query`` reads it.
    package init(_ query: Value = .object(Object())) {
        words = OverviewQuery(query).words
        isMine = query["mine"]?.stringValue == "1"
    }

    var isLimited: Bool { self != ApprovalsQuery() }
}

/// What waits for people across the fleet, and what they decided lately.
package struct ApprovalsPage: Sendable {
    let plans: [WaitingPlan]
    /// Of the whole fleet.
    let total: Int
    let decided: [EventView]
    let query: ApprovalsQuery
    let visitor: Visitor
    /// Those of the plans that wait for the visitor.
    let own: Set<UnitID>
    let times: Moments

    private static let most = 100
    private static let mostDecided = 20

    /// - Parameters:
    ///   - events: of ``WaitingPlan/kinds``, oldest first.
    ///   - movable: the units whose plans the visitor has the right to let go ahead.
    package init(
        _ units: [UnitStatus], _ events: [EventView], _ visitor: Visitor, movable: Set<UnitID>,
        _ query: ApprovalsQuery = ApprovalsQuery(), now: Time
    ) {
        let all = WaitingPlan.all(units, events)
        let search = UnitSearch(query.words)
        total = all.count
        let own = Set(all.filter { movable.contains($0.unit) && $0.waits(for: visitor) }.map(\.unit))
        plans = all.filter { plan in
            (!query.isMine || own.contains(plan.unit)) && (query.words.isEmpty || search.finds(plan.status))
        }
        decided = Array(events.filter { $0.event.kind != .planBlocked }.suffix(Self.mostDecided).reversed())
        self.query = query
        self.visitor = visitor
        self.own = own
        times = Moments(now: now)
    }

    package var content: PageContent {
        PageContent("Approvals", in: .approvals, live: Link("live")) {
            H.div(.dataPart("heading")) { Panel.heading("Approvals") { H.p(.class("lead")) { sentence } } }
            if total > 0 || query.isLimited { form }
            H.div(.dataPart("plans")) { list }
            H.div(.dataPart("decided")) { history }
        }
    }

    private var sentence: String {
        switch total {
        case 0: "No plan waits for a person."
        case 1: "One plan waits for a person. Nothing of it is done until then."
        default: "\(Words.number(total)) plans wait for people. Nothing of them is done until then."
        }
    }

    private var form: HTML {
        H.form(.class("filter"), .method("get"), .action(Link("approvals")), .role("search")) {
            H.div(.class("field field-q")) {
                H.label(.for("q")) { "Search" }
                H.input(
                    .id("q"), .type("search"), .name("q"), .placeholder("Unit, project, commit"),
                    .autocomplete("off"), .maxLength(500),
                    .value(Text(query.words.map(\.string).joined(separator: " "))))
            }
            H.div(.class("field")) {
                H.label(.for("mine")) { "Show" }
                H.select(.id("mine"), .name("mine")) {
                    H.option(.value("")) { "all that wait" }
                    H.option(.value("1"), query.isMine ? .selected : nil) { "what waits for you" }
                }
            }
            H.div(.class("filter-acts")) {
                H.button(.class("button"), .type("submit")) { "Apply" }
                if query.isLimited { H.a(.class("button plain"), .href(Link("approvals"))) { "All" } }
            }
        }
    }

    private var list: HTML {
        HTML {
            if plans.isEmpty {
                if total == 0 {
                    Panel.empty(
                        "Nothing waits",
                        "Plans appear here that others have to agree to, or that a guard holds back.")
                } else {
                    Panel.empty("No plan matches", "Take something out of the filter.")
                }
            } else {
                H.ul(.class("waiting")) {
                    for plan in plans.prefix(Self.most) { H.li(.class("card")) { card(plan) } }
                }
                if plans.count > Self.most {
                    H.p(.class("soft")) { "and \(Words.number(plans.count - Self.most)) more" }
                }
            }
        }
    }

    private func card(_ plan: WaitingPlan) -> HTML {
        let ballot = Ballot(plan, times)
        return HTML {
            H.div(.class("waiting-head")) {
                H.div {
                    H.h2 { H.a(.href(plan.unit.link())) { plan.unit.words } }
                    H.p(.class("soft")) {
                        plan.status.project.text
                        if let since = plan.since {
                            ", held back "
                            times.ago(since)
                        }
                    }
                }
                H.a(.class(own.contains(plan.unit) ? "button first" : "button"), .href(plan.act.link(plan.unit))) {
                    own.contains(plan.unit) ? "Look and decide" : "Look at the plan"
                    H.span(.class("vh")) { " of \(plan.unit.words)" }
                }
            }
            H.p(.class("waiting-why")) {
                Badge.html(plan.mark, ballot.sentence, plan.tone)
                if plan.approval == nil { H.span(.class("why")) { Words.cut(plan.reason, to: 600) } }
            }
            if plan.approval != nil { ballot.html }
            H.dl(.class("facts")) {
                Panel.fact(plan.approval == nil ? "Decided by" : "Asked of") { ballot.asked }
                Panel.fact("Version") { plan.status.version?.html(to: plan.status.desired) ?? HTML("not applied") }
                Panel.fact("Plan") { plan.digest.html }
            }
        }
    }

    private var history: HTML {
        HTML {
            if !decided.isEmpty {
                H.section(.class("block"), .ariaLabelledBy("decided")) {
                    H.h2(.id("decided")) { "Decided lately" }
                    H.table(.class("list")) {
                        H.caption(.class("vh")) { "What people decided, newest first" }
                        H.thead {
                            H.tr {
                                for title in ["When", "What", "Unit", "Reason", "Who"] {
                                    H.th(.scope("col")) { title }
                                }
                            }
                        }
                        H.tbody {
                            for view in decided { line(view.event) }
                        }
                    }
                }
            }
        }
    }

    private func line(_ event: Event) -> HTML {
        H.tr {
            H.td(.class("time")) { times.ago(event.time) }
            H.td {
                Badge.html(event.mark, event.isBreakGlass ? "Glass broken" : event.kind.words, event.tone)
                if let plan = event.plan {
                    H.span(.class("why")) {
                        "plan "
                        plan.html
                    }
                }
            }
            H.td { event.unit.map { unit in H.a(.href(unit.link())) { unit.words } } ?? HTML() }
            H.td(.class("wide summary")) { Words.cut(event.reason, to: 600) }
            H.td { Words.cut(event.actor.text, to: 200) }
        }
    }
}

extension WaitingPlan {
    var isRejected: Bool { approval?.rejectedBy != nil }
    var mark: Mark { approval == nil || isRejected ? .blocked : .pending }
    var tone: Tone { approval == nil || isRejected ? .bad : .busy }
}
