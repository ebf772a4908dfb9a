// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import GitSource
import Manifest
import Model
import Notifications

extension FleetDesk {
    /// Who is told of what, as the fleet says now.
    struct Telling: Sendable {
        /// Ordered by name.
        var rules: [NotificationRule]
        /// Declared, but not in order now: they stay where they are.
        var broken: Set<Text>
        /// Whether what is declared nowhere is gone.
        var isComplete: Bool
        var fleet: Text
    }

    var telling: Telling {
        Telling(
            rules: snapshot.notifications.values.sorted { $0.name < $1.name },
            broken: Set(snapshot.disabled.filter { $0.kind == .notification }.map(\.name)),
            isComplete: snapshot.isComplete && !snapshot.isEmpty, fleet: snapshot.name?.text ?? "fleet")
    }

    /// What of its units decides who is told of some events, by the event's sequence.
    func facts(of events: [Event]) -> [UInt64: Fleet.UnitFacts] {
        let policy = accessPolicy
        var facts: [UInt64: Fleet.UnitFacts] = [:]
        for event in events {
            guard let unit = event.unit else { continue }
            facts[event.id.sequence] = policy.facts(of: unit, project: managed[unit]?.context.project)
        }
        return facts
    }

    /// What an event says of a commit that a forge keeps.
    func status(of event: Event) async -> CommitStatus? {
        guard let unit = event.unit else { return nil }
        let source = snapshot.applications[unit.application]?.content.source.flatMap { SourceName($0) }
        var home: Repository?
        if let source { home = try? await repository(of: source) }
        return CommitStatus(event, source: Self.place(of: home), fleet: Self.place(of: fleet))
    }

    private static func place(of repository: Repository?) -> CommitStatus.Place? {
        repository?.mirror.flatMap { CommitStatus.Place($0.address) }
    }
}

extension CommitStatus.Place {
    /// Where a forge has what is fetched from an address; `nil` for what lies on no host.
    init?(_ address: RepositoryAddress) {
        guard !address.host.isEmpty else { return nil }
        let slash = UInt8(ascii: "/")
        var path = address.path.utf8.drop { $0 == slash }
        while path.last == slash { path = path.dropLast() }
        if path.count > 4, path.suffix(4).elementsEqual(".git".utf8) { path = path.dropLast(4) }
        guard !path.isEmpty, let path = Text(utf8: path) else { return nil }
        self.init(host: Text(address.host), path: path)
    }
}
