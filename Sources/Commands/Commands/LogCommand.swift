// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        _superCommandName: "trimtab",
        abstract: "Read the journal: who did what, when and why.",
        discussion: """
            With --values, what the fields of updated objects were and what they were to be is shown below each plan and \
            each drift, without secrets and as far as the journal keeps it. \
            With --output json every event is one line of JSON, with all that it says. "trimtab audit export" gives all events with what it \
            takes to verify them.

            Examples:
              trimtab log
              trimtab log web@prod --follow
              trimtab log --kind drifted --kind healed --since 24h
              trimtab log web@prod --kind planned --values --limit 5
              trimtab log --actor user:alice --limit 1000 --output json
              trimtab log @prod --object Deployment/shop/web --since "14 October" --until "15 October"
            """)

    @OptionGroup var units: UnitArguments
    @OptionGroup var state: ReachOptions
    @OptionGroup var output: OutputOptions

    @Flag(name: .shortAndLong, help: "Go on with what happens next, until interrupted.")
    var follow = false

    @Option(
        name: .customLong("kind"),
        help: ArgumentHelp("Events of this kind: drifted, syncEnded, paused … May be repeated.", valueName: "kind"))
    var kinds: [EventKind] = []

    @Option(help: ArgumentHelp("What this one did: user:alice, trimtab.", valueName: "name"))
    var actor: String?

    @Option(
        help: ArgumentHelp("What names this object: Deployment/shop/web, File/index, ConfigMap/*.", valueName: "object")
    )
    var object: ObjectPattern?

    @Option(
        help: ArgumentHelp(
            "From then on: 2h (ago), 2026-11-23T09:30:00Z, \"14 October noon\".", valueName: "time"))
    var since: PointInTime?

    @Option(help: ArgumentHelp("Before then.", valueName: "time"))
    var until: PointInTime?

    @Flag(help: "With fields before and after.")
    var values = false

    @Option(name: [.short, .long], help: ArgumentHelp("At most so many, the newest.", valueName: "count"))
    var limit = 100

    /// How long it may go unnoticed that nobody reads any more, while nothing happens.
    private static let patience = Duration.seconds(5)

    func validate() throws {
        guard EventFilter.limits.contains(limit) else { throw ValidationError("--limit must be between 1 and 10000") }
    }

    func run() async throws {
        let now = Environment.current.now()
        var filter = EventFilter(
            units: units.filter, kinds: kinds, actor: actor.map { Actor(Text($0)) }, object: object,
            since: since?.time(now: now), until: until?.time(now: now), limit: limit)
        let (first, follow, output, report) = (filter, follow, output, LogReport(hasValues: values))
        filter.wait = Self.patience
        let next = filter
        try await JournalAccess(place: try state.place).with { journal in
            var page = try await journal.events(first)
            if page.events.isEmpty, !follow { try await first.units.requireUnits(known: journal) }
            Self.print(page.events, output, report)
            var filter = next
            while follow, !Task.isCancelled {
                try Environment.current.terminal.requireOutput()
                filter.start = .after(page.next)
                page = try await journal.events(filter)
                Self.print(page.events, output, report)
            }
        }
    }

    private static func print(_ events: [EventView], _ output: OutputOptions, _ report: LogReport) {
        let terminal = Environment.current.terminal
        guard !events.isEmpty else { return }
        switch output.output {
        case .table: terminal.write(events.flatMap(report.lines).text(colour: output.hasColour))
        case .json:
            terminal.write(events.map { SafeText.json($0.wire) + "\n" }.joined())
        case .yaml:
            terminal.write(
                events.map { "---\n" + String(decoding: YAML.write($0.wire), as: UTF8.self) }.joined())
        }
    }
}
