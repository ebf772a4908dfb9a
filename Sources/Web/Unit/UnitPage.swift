// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
package import Model

/// One application on one target: how it stands, how it differs from Git, what became of it, what can be done.
package struct UnitPage: Sendable {
    let view: UnitView
    let visitor: Visitor
    let times: Moments
    /// What was just done here.
    let done: UnitAct?

    var status: UnitStatus { view.status }
    var unit: UnitID { view.status.unit }

    package init(_ view: UnitView, _ visitor: Visitor, done: UnitAct? = nil, now: Time) {
        self.view = view
        self.visitor = visitor
        self.done = done
        times = Moments(now: now)
    }

    package var content: PageContent {
        let live = Link(["live"], [("unit", Text(unit.description))])
        return PageContent(Text("\(unit.words) · \(unit.fleet)"), in: .overview, live: live) {
            H.div(.dataPart("heading")) { heading }
            H.div(.dataPart("waits")) { waits }
            H.div(.class("card"), .dataPart("facts")) { facts }
            H.div(.class("columns")) {
                H.section(.class("block"), .ariaLabelledBy("objects"), .dataPart("objects")) {
                    UnitObjects(view).html
                }
                H.section(.class("block"), .ariaLabelledBy("timeline"), .dataPart("timeline")) { timeline }
            }
        }
    }

    private var heading: HTML {
        HTML {
            Crumbs(unit, here: nil).html
            Panel.heading(Text(unit.words)) {
                H.div(.class("title-row")) {
                    H.p(.class("stands")) {
                        status.shownState.badge
                        status.health.health.badge
                    }
                    acts
                }
                if !status.health.reason.isEmpty {
                    H.p(.class("lead")) { Words.cut(status.health.reason, to: 1000) }
                }
            }
        }
    }

    private var acts: HTML {
        H.div(.class("acts")) {
            for act in UnitAct.offered(for: view) where visitor.may(act.verb) {
                H.a(.class("button"), .href(act.link(unit))) { act.title }
            }
        }
    }

    private var waits: HTML {
        HTML {
            if let done { Panel.callout(.good, .healthy, done.doneWords) {} }
            if let block = status.block {
                if let waiting = WaitingPlan(status) {
                    let ballot = Ballot(waiting, times)
                    Panel.callout(waiting.tone, waiting.mark, ballot.sentence) {
                        H.p {
                            if waiting.approval == nil {
                                Words.cut(waiting.reason, to: 2000)
                            } else {
                                "Asked of "
                                ballot.asked
                            }
                        }
                        H.p { H.a(.href(waiting.act.link(unit))) { "Look at the plan that waits" } }
                    }
                } else {
                    Panel.callout(.bad, .blocked, "Waits for a person") {
                        H.p { Words.cut(WaitingPlan.withoutCommand(block.reason), to: 2000) }
                    }
                }
            }
            if let pause = status.pause {
                Panel.callout(.careful, .paused, "Paused by \(Words.cut(pause.actor.text, to: 200))") {
                    H.p {
                        "Nothing is synced or put back until "
                        times.moment(pause.until)
                        pause.reason.isEmpty ? "." : ": "
                        Words.cut(pause.reason, to: 1000)
                    }
                }
            }
            if let drift = status.drift {
                Panel.callout(
                    .careful, .drifted, "\(Words.counted(differing ?? drift.objects, "object")) left what Git says"
                ) {
                    H.p {
                        "First seen "
                        times.ago(drift.since)
                        drift.cause.map { ", changed by \(Words.cut($0, to: 300))" } ?? ", by whom is not known"
                    }
                }
            }
            if !status.problems.isEmpty {
                Panel.callout(.bad, .failed, Words.counted(status.problems.count, "problem")) {
                    for problem in status.problems.prefix(20) { problem.html }
                }
            }
        }
    }

    /// As the comparison that this page makes has it: the record knows of what was seen last.
    private var differing: Int? {
        guard case .success(let report) = view.drift, report.problems.isEmpty else { return nil }
        let count = report.items.count { !$0.isAddition }
        return count > 0 ? count : nil
    }

    private var facts: HTML {
        H.dl(.class("facts")) {
            Panel.fact("Applied version") { status.version?.html ?? HTML("none yet") }
            Panel.fact("Git asks for") {
                status.desired?.html ?? HTML("not known")
                if let desired = status.desired, let version = status.version, desired.declared == version.declared {
                    H.span(.class("soft")) { ", the same" }
                }
            }
            Panel.fact("Content") { status.renderDigest?.html ?? HTML("none yet") }
            Panel.fact("Objects") { Words.number(status.objects) }
            Panel.fact("Last sync") {
                if let last = status.lastSync {
                    times.ago(last.time)
                    H.span(.class("soft")) { ", \(last.result.rawValue), by \(Words.cut(last.actor.text, to: 200))" }
                } else {
                    "never"
                }
            }
            if let next = status.nextAttempt { Panel.fact("Next try") { times.ago(next) } }
            Panel.fact("Project") {
                H.a(.href(OverviewQuery(project: status.project.text).link)) { status.project.text }
            }
        }
    }

    private var timeline: HTML {
        HTML {
            H.h2(.id("timeline")) { "What happened" }
            if case .failure(let error) = view.history { Panel.failure(error) }
            if case .failure(let error) = view.events { Panel.failure(error) }
            // A unit that comes from a plain folder has no commits.
            TimelineList(
                Timeline(
                    commits: (try? view.commits.get()) ?? [], history: (try? view.history.get()) ?? [],
                    events: (try? view.events.get()) ?? []), times
            ).html
            H.p {
                H.a(.href(Link(["activity"], [("unit", Text(unit.description))]))) { "All of it in the journal" }
            }
        }
    }
}

/// Where a page of a unit lies.
struct Crumbs {
    let unit: UnitID
    /// What is done to the unit here; `nil` on its own page.
    let here: String?

    init(_ unit: UnitID, here: String?) {
        self.unit = unit
        self.here = here
    }

    var html: HTML {
        H.nav(.class("crumbs"), .ariaLabel("Where this is")) {
            H.ol {
                H.li { H.a(.href(Link())) { unit.fleet.text } }
                H.li { H.a(.href(OverviewQuery(application: unit.application.text).link)) { unit.application.text } }
                if let here {
                    H.li { H.a(.href(unit.link())) { unit.target.text } }
                    H.li { here }
                } else {
                    H.li { H.a(.href(OverviewQuery(target: unit.target.text).link)) { unit.target.text } }
                }
            }
        }
    }
}
