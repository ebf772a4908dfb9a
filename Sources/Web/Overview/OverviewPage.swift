// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
package import Model

/// The fleet at a glance.
package struct OverviewPage: Sendable {
    let status: FleetStatus
    let query: OverviewQuery
    let overview: Overview
    let moments: Moments

    package init(_ status: FleetStatus, _ query: OverviewQuery, now: Time) {
        self.status = status
        self.query = query
        overview = Overview(status.units, query)
        moments = Moments(now: now)
    }

    package var content: PageContent {
        PageContent(
            status.fleet.map { $0.text.appending(" fleet") } ?? "Overview", in: .overview, live: Link("live")
        ) {
            H.div(.dataPart("summary")) { heading }
            H.div(.dataPart("notes")) { notes }
            if overview.total > 0 {
                H.div(.dataPart("states")) { states }
                filter
                H.div(.dataPart("lines")) { lines }
            }
        }
    }

    private var heading: HTML {
        Panel.heading(status.fleet?.text ?? "The fleet was not read yet") {
            H.p(.class("lead")) { sentence }
            if let commit = status.commit {
                H.p(.class("soft")) {
                    "Fleet at "
                    commit.html
                }
            }
        }
    }

    /// What a reader wants to know first, in words.
    private var sentence: String {
        guard overview.total > 0 else { return "There are no units here yet." }
        let all = overview.needing
        guard all > 0 else {
            guard overview.standing == overview.total else {
                return "None of \(Words.counted(overview.total, "unit")) needs a look."
            }
            return overview.total == 1
                ? "The one unit stands as Git says." : "All \(Words.number(overview.total)) units stand as Git says."
        }
        let verb = all == 1 ? "needs" : "need"
        return "\(Words.number(all)) of \(Words.counted(overview.total, "unit")) \(verb) a look."
    }

    private var notes: HTML {
        let waiting = overview.waiting
        return HTML {
            if waiting > 0 {
                H.p(.class("callout busy slim")) {
                    Mark.pending.html
                    H.span {
                        H.strong { "\(Words.counted(waiting, "plan")) \(waiting == 1 ? "waits" : "wait") for a person" }
                        " "
                        H.a(.href(PageContent.Section.approvals.link)) { "Look and decide" }
                    }
                }
            }
            if !status.problems.isEmpty {
                Panel.callout(.bad, .degraded, "The fleet has \(Words.counted(status.problems.count, "problem"))") {
                    for problem in status.problems.prefix(10) { problem.html }
                    if status.problems.count > 10 { H.p { "and \(status.problems.count - 10) more" } }
                }
            }
            for source in status.sources where source.state == .failed || source.state == .refused {
                Panel.callout(.careful, .degraded, "Source \(source.name) is \(source.state.words.lowercased())") {
                    H.p { Words.cut(source.reason ?? "", to: 1000) }
                    H.p { H.a(.href(PageContent.Section.sources.link)) { "All sources" } }
                }
            }
            for notice in status.notices.prefix(10) { H.p(.class("notice")) { Words.cut(notice, to: 1000) } }
        }
    }

    /// The states with their counts: each is a link that limits the list to it, or lifts that.
    private var states: HTML {
        H.section(.class("states"), .ariaLabel("States")) {
            overview.sync.bar
            H.ul(.class("chips")) {
                for state in SyncCounts.worstFirst where overview.sync[state] > 0 || query.sync.contains(state) {
                    H.li {
                        chip(state.mark, state.words, state.tone, overview.sync[state], query.sync.contains(state)) {
                            if query.sync.contains(state) { $0.sync.remove(state) } else { $0.sync.insert(state) }
                        }
                    }
                }
                for health in Health.allCases.reversed()
                where health != .healthy && (overview.health[health] ?? 0) > 0 || query.health.contains(health) {
                    H.li {
                        chip(
                            health.mark, health.rawValue, health.tone, overview.health[health] ?? 0,
                            query.health.contains(health)
                        ) {
                            if query.health.contains(health) {
                                $0.health.remove(health)
                            } else {
                                $0.health.insert(health)
                            }
                        }
                    }
                }
            }
        }
    }

    private func chip(
        _ mark: Mark, _ words: String, _ tone: Tone, _ count: Int, _ isChosen: Bool,
        _ change: (inout OverviewQuery) -> Void
    ) -> HTML {
        H.a(
            .class("chip \(tone.rawValue)"), .href(query.with(change).link), isChosen ? .ariaCurrent("true") : nil
        ) {
            mark.html
            H.span(.class("count")) { Words.number(count) }
            " \(words)"
        }
    }

    private var lines: HTML {
        HTML {
            if overview.matching == 0 {
                Panel.empty("No unit matches", "Take a word out of the filter, or begin again with all units.")
            } else {
                switch overview.lines {
                case .matrix(let rows, let targets): MatrixTable(rows, targets, moments).html
                case .applications(let rows): ApplicationTable(rows, query, moments).html
                case .units(let units): UnitTable(units, moments).html
                }
                pager
            }
        }
    }

    private var pager: HTML {
        let noun = overview.view == .units ? "unit" : "application"
        let range = "\(Words.number(overview.shown.lowerBound + 1))–\(Words.number(overview.shown.upperBound))"
        let words =
            overview.pages == 1
            ? Words.counted(overview.count, noun) : "\(range) of \(Words.counted(overview.count, noun))"
        func link(_ page: Int) -> Link { query.with { $0.page = page }.link }
        return Panel.pager(
            words, back: overview.page > 1 ? ("Previous", link(overview.page - 1)) : nil,
            on: overview.page < overview.pages ? ("Next", link(overview.page + 1)) : nil)
    }
}
