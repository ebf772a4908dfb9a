// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model

/// Applications down, targets across.
struct MatrixTable {
    let rows: [Overview.Row]
    let targets: [TargetName]
    let moments: Moments

    init(_ rows: [Overview.Row], _ targets: [TargetName], _ moments: Moments) {
        self.rows = rows
        self.targets = targets
        self.moments = moments
    }

    var html: HTML {
        H.div(.class("scroll"), .tabIndex(0), .role("region"), .ariaLabel("Units")) {
            H.table(.class("matrix")) {
                H.caption(.class("vh")) { "Applications and how they stand on each target" }
                H.thead {
                    H.tr {
                        H.th(.scope("col")) { "Application" }
                        for target in targets { H.th(.scope("col")) { target.text } }
                    }
                }
                H.tbody {
                    for row in rows { line(row) }
                }
            }
        }
    }

    private func line(_ row: Overview.Row) -> HTML {
        H.tr {
            H.th(.scope("row")) {
                H.a(.href(OverviewQuery(application: row.application.text).link)) { row.application.text }
                H.span(.class("soft")) { row.project.text }
            }
            for target in targets {
                if let unit = row.units.first(where: { $0.unit.target == target }) {
                    H.td { cell(unit) }
                } else {
                    H.td(.class("nothing")) { H.span(.class("vh")) { "not here" } }
                }
            }
        }
    }

    private func version(of unit: UnitStatus) -> String {
        guard let version = unit.version else { return "not applied" }
        // What another commit renders to as well waits for nothing.
        guard let desired = unit.desired, unit.sync != .inSync, desired.description != version.description else {
            return version.shortWords
        }
        return "\(version.shortWords) → \(desired.shortWords)"
    }

    private func cell(_ unit: UnitStatus) -> HTML {
        H.a(.class("cell \(unit.shownState.tone.rawValue)"), .href(unit.unit.link())) {
            H.span(.class("vh")) { "\(unit.unit.words): " }
            unit.shownState.badge
            if unit.health.health != .healthy { unit.health.health.badge }
            H.span(.class("cell-version")) { version(of: unit) }
            if let drift = unit.drift { H.span(.class("cell-note")) { moments.ago(drift.since) } }
        }
    }
}

extension Version {
    /// Enough to tell one from the next at a glance.
    fileprivate var shortWords: String { String(description.prefix(7)) }
}

/// One line an application, for fleets with more targets than a page is wide.
struct ApplicationTable {
    let rows: [Overview.Row]
    let query: OverviewQuery
    let moments: Moments

    init(_ rows: [Overview.Row], _ query: OverviewQuery, _ moments: Moments) {
        self.rows = rows
        self.query = query
        self.moments = moments
    }

    var html: HTML {
        H.table(.class("list")) {
            H.caption(.class("vh")) { "Applications and how their units stand" }
            H.thead {
                H.tr {
                    for title in ["Application", "Units", "How they stand", "Versions", "Last sync"] {
                        H.th(.scope("col"), title == "Units" ? .class("number") : nil) { title }
                    }
                }
            }
            H.tbody {
                for row in rows { line(row) }
            }
        }
    }

    private func line(_ row: Overview.Row) -> HTML {
        let counts = row.units.reduce(into: SyncCounts()) { $0.count($1.shownState) }
        let ill = row.units.count { $0.health.health >= .missing }
        let versions = Set(row.units.compactMap { $0.version?.declared })
        return H.tr {
            H.th(.scope("row")) {
                H.a(
                    .href(
                        query.with {
                            $0.application = row.application.text
                            $0.view = .units
                        }.link)
                ) { row.application.text }
                H.span(.class("soft")) { row.project.text }
            }
            H.td(.class("number")) { Words.number(row.units.count) }
            H.td(.class("stand")) {
                counts.bar
                H.span { counts.words }
                if ill > 0 { Badge.html(.degraded, "\(Words.number(ill)) not healthy", .bad) }
            }
            H.td {
                if versions.count == 1, let version = versions.first {
                    version.html
                } else {
                    versions.isEmpty ? "none yet" : Words.counted(versions.count, "version")
                }
            }
            H.td { row.units.compactMap { $0.lastSync?.time }.max().map(moments.ago) ?? HTML("never") }
        }
    }
}

/// One line a unit.
struct UnitTable {
    let units: [UnitStatus]
    let moments: Moments

    init(_ units: [UnitStatus], _ moments: Moments) {
        self.units = units
        self.moments = moments
    }

    var html: HTML {
        H.table(.class("list")) {
            H.caption(.class("vh")) { "Units" }
            H.thead {
                H.tr {
                    for title in ["Unit", "State", "Health", "Version", "Last sync"] { H.th(.scope("col")) { title } }
                }
            }
            H.tbody {
                for unit in units { line(unit) }
            }
        }
    }

    private func line(_ unit: UnitStatus) -> HTML {
        H.tr {
            H.th(.scope("row")) {
                H.a(.href(unit.unit.link())) {
                    unit.unit.application.text
                    H.span(.class("at")) { "@" }
                    unit.unit.target.text
                }
                H.span(.class("soft")) { unit.project.text }
            }
            H.td {
                unit.shownState.badge
                if let why = unit.why { H.span(.class("why")) { Words.cut(why, to: 160) } }
            }
            H.td {
                unit.health.health.badge
                if !unit.health.reason.isEmpty { H.span(.class("why")) { Words.cut(unit.health.reason, to: 160) } }
            }
            H.td { unit.version?.html(to: unit.desired) ?? HTML("not applied") }
            H.td { unit.lastSync.map { moments.ago($0.time) } ?? HTML("never") }
        }
    }
}

extension UnitStatus {
    /// In one line, what its state does not say.
    var why: Text? {
        if let block { return WaitingPlan.withoutCommand(block.reason) }
        if let problem = problems.first { return problem.reason }
        if let drift {
            return Text(
                "\(Words.counted(drift.objects, "object")) changed" + (drift.cause.map { " by \($0)" } ?? ""))
        }
        if let pause { return Text("by \(pause.actor)" + (pause.reason.isEmpty ? "" : ": \(pause.reason)")) }
        return nil
    }
}
