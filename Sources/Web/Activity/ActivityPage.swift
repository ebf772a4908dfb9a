// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
package import Model

/// The journal: what was done, when, by whom and why.
package struct ActivityPage: Sendable {
    let query: ActivityQuery
    let found: ActivityFound
    /// `nil` for a visitor who may not look at it.
    let checkpoint: CheckpointView?
    let times: Moments

    package init(_ query: ActivityQuery, _ found: ActivityFound, checkpoint: CheckpointView?, now: Time) {
        self.query = query
        self.found = found
        self.checkpoint = checkpoint
        times = Moments(now: now)
    }

    package var content: PageContent {
        PageContent("Activity", in: .activity, live: query.before == nil ? Link("live") : nil) {
            Panel.heading("Activity") {
                H.p(.class("lead")) { "Everything that was done, when, by whom and why." }
            }
            H.div(.class("card"), .dataPart("chain")) { chain }
            form
            for (field, given) in query.mistakes.sorted(by: { $0.key < $1.key }) {
                Panel.callout(.careful, .unknown, "“\(Words.cut(given, to: 100))” is not understood") {
                    H.p { field == "unit" ? "Write web, web@prod or @prod." : "Write a time such as 2026-11-27T09:30." }
                }
            }
            H.div(.dataPart("events")) { list }
        }
    }

    private var chain: HTML {
        H.dl(.class("facts")) {
            if let checkpoint {
                Panel.fact("On record") { Words.counted(Int(clamping: checkpoint.size), "event") }
                Panel.fact("Head of the chain") { checkpoint.head.html }
                Panel.fact("Check it") { H.a(.href(Link("activity", "verification"))) { "Verify the whole chain" } }
            }
            Panel.fact("Take it along") {
                var query = query
                let _ = (query.before = nil)
                H.a(.href(Link(["activity", "export"], query.parameters)), .download("journal.jsonl")) {
                    query.isLimited ? "Export what matches" : "Export the journal"
                }
                H.span(.class("soft")) { " as JSON Lines" }
            }
        }
    }

    private var form: HTML {
        H.form(.class("filter block"), .method("get"), .action(Link("activity")), .role("search")) {
            field("Search", "q", Text(query.words.map(\.string).joined(separator: " ")), "Object, reason, commit")
            field(
                "Unit", "unit", query.unit.map { Text($0.description) } ?? query.mistakes["unit"] ?? "", "web@prod")
            H.div(.class("field")) {
                H.label(.for("group")) { "What" }
                H.select(.id("group"), .name("group")) {
                    H.option(.value("")) { "everything" }
                    for group in EventGroup.allCases {
                        H.option(.value(Text(group.rawValue)), group == query.group ? .selected : nil) { group.words }
                    }
                }
            }
            field("Who", "actor", query.actor?.text ?? "", "user:ada")
            field("Since (UTC)", "since", time(query.since, "since"), "2026-11-27", isTime: true)
            field("Until (UTC)", "until", time(query.until, "until"), "2026-11-28", isTime: true)
            H.div(.class("filter-acts")) {
                H.button(.class("button"), .type("submit")) { "Apply" }
                if query.isLimited { H.a(.class("button plain"), .href(Link("activity"))) { "Everything" } }
            }
        }
    }

    private func field(_ title: String, _ name: Text, _ value: Text, _ hint: Text, isTime: Bool = false) -> HTML {
        H.div(.class("field field-\(name)")) {
            H.label(.for(name)) { title }
            H.input(
                .id(name), .type("text"), .name(name), .value(value), .placeholder(hint), .autocomplete("off"),
                .maxLength(500), isTime ? .dataForm("moment") : nil)
        }
    }

    private func time(_ time: Time?, _ name: Text) -> Text {
        time.map { Text($0.description) } ?? query.mistakes[name] ?? ""
    }

    private var list: HTML {
        HTML {
            if found.events.isEmpty, found.before != nil {
                Panel.empty("Nothing so far", "“Older” goes on with the search.")
            } else if found.events.isEmpty {
                Panel.empty("Nothing matches", "Take something out of the filter.")
            } else {
                table
            }
            if let stopped = found.stoppedAt {
                H.p(.class("soft")) {
                    "Searched back to "
                    times.moment(stopped)
                    "."
                }
            }
            pager
        }
    }

    private var table: HTML {
        H.table(.class("list journal")) {
            H.caption(.class("vh")) { "Events of the journal, newest first" }
            H.thead {
                H.tr {
                    for title in ["When", "What", "Where", "Details", "Who"] { H.th(.scope("col")) { title } }
                }
            }
            H.tbody {
                for view in found.events { line(view) }
            }
        }
    }

    private func line(_ view: EventView) -> HTML {
        H.tr {
            H.td(.class("time")) {
                times.ago(view.event.time)
                H.span(.class("sequence")) { "#\(view.event.id.sequence)" }
            }
            H.td { Badge.html(view.event.mark, view.event.kind.words, view.event.tone) }
            H.td(.class("place")) { place(view.event) }
            H.td(.class("summary wide")) {
                Words.cut(view.summary, to: 600)
                BeforeAndAfter(view.event).html
            }
            H.td { who(view.event.actor) }
        }
    }

    private func place(_ event: Event) -> HTML {
        HTML {
            if let unit = event.unit {
                H.a(.href(narrowed { $0.unit = UnitPattern(unit) })) { unit.words }
            } else if let source = event.draft.source {
                "source \(source)"
            }
        }
    }

    private func who(_ actor: Actor) -> HTML {
        let shown = Words.cut(actor.text, to: 200)
        // A name that is longer than an address may be is not asked for.
        guard shown == actor.text else { return HTML(shown) }
        return H.a(.href(narrowed { $0.actor = actor })) { shown }
    }

    private func narrowed(_ change: (inout ActivityQuery) -> Void) -> Link {
        var other = query
        other.before = nil
        change(&other)
        return other.link
    }

    private var pager: HTML {
        var older = query
        older.before = found.before
        return Panel.pager(
            Words.counted(found.events.count, "event"),
            back: query.before == nil ? nil : ("Newest", narrowed { $0.before = nil }),
            on: found.before == nil ? nil : ("Older", older.link))
    }
}
