// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
package import Manifest
package import Model

/// What left what Git says: what, where, since when, by whom, and whether it was put back.
package struct DriftPage: Sendable {
    let episodes: [DriftEpisode]
    let words: [Text]
    let times: Moments

    package static let kinds: [EventKind] = [.drifted, .healed, .fightDetected]
    /// What ends drift besides.
    private static let ends: [EventKind] = [.syncEnded, .unitRemoved]
    private static let most = 200

    package init(_ episodes: [DriftEpisode], words: [Text] = [], now: Time) {
        self.episodes = words.isEmpty ? episodes : episodes.filter { EventSearch(words).finds($0) }
        self.words = words
        times = Moments(now: now)
    }

    static func look(_ operations: any Operations, words: [Text], now: Time) async throws(APIError) -> DriftPage {
        var events = try await operations.events(EventFilter(kinds: kinds, limit: 2000)).events
        let units = try await operations.status(of: .all).units
        // There are many more syncs than drifts: they are asked for where they tell one drift from the next.
        let doubtful = DriftEpisode.doubtful(in: events)
        if !doubtful.isEmpty {
            let filter = UnitFilter(patterns: doubtful.sorted().map { UnitPattern($0) })
            events += try await operations.events(EventFilter(units: filter, kinds: ends, limit: 2000)).events
            events.sort { $0.event.id.sequence < $1.event.id.sequence }
        }
        return DriftPage(DriftEpisode.episodes(of: events, units: units), words: words, now: now)
    }

    private var open: Int { episodes.count { $0.end == .open } }

    package var content: PageContent {
        PageContent("Drift", in: .drift, live: Link("live")) {
            H.div(.dataPart("heading")) {
                Panel.heading("Drift") {
                    H.p(.class("lead")) {
                        open == 0
                            ? "Nothing differs from what was applied."
                            : "\(Words.counted(open, "unit")) \(open == 1 ? "differs" : "differ") from what was applied."
                    }
                }
            }
            SearchForm(Link("drift"), words, "Unit, object, field, who").html
            H.div(.dataPart("episodes")) { list }
            H.p(.class("block")) {
                H.a(.href(Link(["activity"], [("group", "drift")]))) { "Older drift is in the journal" }
            }
        }
    }

    private var list: HTML {
        HTML {
            if episodes.isEmpty {
                Panel.empty(
                    "No drift on record", "What is changed by hand on a target appears here, and who changed it.")
            } else {
                H.table(.class("list")) {
                    H.caption(.class("vh")) { "Drift, open first" }
                    H.thead {
                        H.tr {
                            for title in ["Unit", "What changed", "By", "Since", "Put back"] {
                                H.th(.scope("col")) { title }
                            }
                        }
                    }
                    H.tbody {
                        for episode in episodes.prefix(Self.most) { line(episode) }
                    }
                }
            }
        }
    }

    private func line(_ episode: DriftEpisode) -> HTML {
        H.tr {
            H.th(.scope("row")) { H.a(.href(episode.unit.link())) { episode.unit.words } }
            H.td(.class("wide")) {
                H.ul {
                    for (object, fields) in episode.objects.sorted(by: { $0.key < $1.key }).prefix(5) {
                        H.li {
                            object.html
                            H.span(.class("why")) { what(fields) }
                        }
                    }
                    if episode.objects.count > 5 {
                        H.li(.class("soft")) { "and \(Words.counted(episode.objects.count - 5, "more object"))" }
                    }
                }
            }
            H.td { episode.cause.isEmpty ? "not known" : Words.cut(episode.cause, to: 200) }
            H.td { times.ago(episode.since) }
            H.td { end(episode) }
        }
    }

    private func what(_ fields: [Text]?) -> Text {
        guard let fields else { return "" }
        guard !fields.isEmpty else { return "is gone" }
        let shown = fields.prefix(4).map(\.string).joined(separator: ", ")
        return Words.cut(fields.count > 4 ? "\(shown) and \(fields.count - 4) more" : shown, to: 300)
    }

    private func end(_ episode: DriftEpisode) -> HTML {
        HTML {
            switch episode.end {
            case .open where episode.isFight: Badge.html(.degraded, "No, it comes back", .bad)
            case .open: Badge.html(.drifted, "Not yet", .careful)
            case .healed(let time):
                Badge.html(.healthy, "Healed", .good)
                H.span(.class("why")) { "after \(Moments.length(time.duration(since: episode.since)))" }
            case .settled: Badge.html(.inSync, "Settled", .mute)
            }
        }
    }
}

/// One field to search with.
struct SearchForm {
    let action: Link
    let words: [Text]
    let hint: Text

    init(_ action: Link, _ words: [Text], _ hint: Text) {
        self.action = action
        self.words = words
        self.hint = hint
    }

    var html: HTML {
        H.form(.class("filter search"), .method("get"), .action(action), .role("search")) {
            H.div(.class("field field-q")) {
                H.label(.for("q")) { "Search" }
                H.input(
                    .id("q"), .type("search"), .name("q"), .placeholder(hint), .autocomplete("off"), .maxLength(500),
                    .value(Text(words.map(\.string).joined(separator: " "))))
            }
            H.div(.class("filter-acts")) {
                H.button(.class("button"), .type("submit")) { "Search" }
                if !words.isEmpty { H.a(.class("button plain"), .href(action)) { "All" } }
            }
        }
    }
}
