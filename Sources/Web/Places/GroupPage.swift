// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest
package import Model

/// The targets, or the projects.
package struct GroupPage: Sendable {
    package enum Kind: Sendable { case targets, projects }

    let kind: Kind
    let groups: [UnitGroup]
    let words: [Text]
    let page: Int
    let times: Moments

    private static let size = 200

    /// - Parameters:
    ///   - words: which occur in the name of what is shown, or of what it has.
    ///   - page: 1-based.
    package init(_ kind: Kind, _ units: [UnitStatus], words: [Text] = [], page: Int = 1, now: Time) {
        self.kind = kind
        self.words = words
        let all = UnitGroup.ordered(
            UnitGroup.groups(units, by: kind == .targets ? .target : .project), by: .attention)
        let sought = words.map { Bytes.lower($0) }
        groups = words.isEmpty ? all : all.filter { $0.isFound(by: sought) }
        self.page = min(max(1, page), max(1, (groups.count + Self.size - 1) / Self.size))
        times = Moments(now: now)
    }

    private var section: PageContent.Section { kind == .targets ? .targets : .projects }
    private var noun: String { kind == .targets ? "target" : "project" }

    package var content: PageContent {
        PageContent(Text(section.rawValue), in: section, live: Link("live")) {
            Panel.heading(Text(section.rawValue)) {
                H.p(.class("lead")) {
                    kind == .targets
                        ? "Where things run: machines and clusters, and how what is on them stands."
                        : "Who runs what: each project with the units of its applications."
                }
            }
            SearchForm(section.link, words, kind == .targets ? "Target, application" : "Project, target").html
            H.div(.dataPart("groups")) {
                if groups.isEmpty, !words.isEmpty {
                    Panel.empty("No \(noun) matches", "Take a word out of the search.")
                } else if groups.isEmpty {
                    Panel.empty("No \(noun)s yet", "They appear with the first unit.")
                } else {
                    table
                    pager
                }
            }
        }
    }

    private var shown: Range<Int> { (page - 1) * Self.size..<min(page * Self.size, groups.count) }

    private var table: HTML {
        H.table(.class("list")) {
            H.caption(.class("vh")) { section.rawValue }
            H.thead {
                H.tr {
                    H.th(.scope("col")) { kind == .targets ? "Target" : "Project" }
                    H.th(.scope("col"), .class("number")) { "Units" }
                    H.th(.scope("col")) { "How they stand" }
                    H.th(.scope("col"), .class("number")) { kind == .targets ? "Applications" : "Targets" }
                    H.th(.scope("col")) { "Last sync" }
                }
            }
            H.tbody {
                for group in groups[shown] { line(group) }
            }
        }
    }

    private func line(_ group: UnitGroup) -> HTML {
        let query = kind == .targets ? OverviewQuery(target: group.name) : OverviewQuery(project: group.name)
        return H.tr {
            H.th(.scope("row")) { H.a(.href(query.link)) { group.name } }
            H.td(.class("number")) { Words.number(group.units) }
            H.td(.class("stand")) {
                SyncCounts(group.sync).bar
                H.span { SyncCounts(group.sync).words }
                if group.ill > 0 { Badge.html(.degraded, "\(Words.number(group.ill)) not healthy", .bad) }
            }
            H.td(.class("number")) { Words.number(group.others.count) }
            H.td { group.synced.map(times.ago) ?? HTML("never") }
        }
    }

    private var pager: HTML {
        func link(_ page: Int) -> Link {
            let search = Text(words.map(\.string).joined(separator: " "))
            let parts: [(key: Text, value: Text)] = [("q", search), ("page", Text(String(page)))]
            return Link([Text(section.rawValue.lowercased())], parts.filter { !$0.value.isEmpty })
        }
        return Panel.pager(
            Words.counted(groups.count, noun), back: page > 1 ? ("Previous", link(page - 1)) : nil,
            on: shown.upperBound < groups.count ? ("Next", link(page + 1)) : nil)
    }
}
