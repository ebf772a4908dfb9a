// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model

/// Follows commits from being seen to healthy units, by the events of the journal: pure, and the same every time.
///
/// A trace is a commit, from when a webhook told of it, or it was looked for, to when it counted. Below its root stand
/// `hint`, `fetch` and `verify` and, for each unit that it changes, `deploy UNIT`, and below that
/// the phases `render`, `plan`, `wait`, `apply` with its `wave N`, and `settle`. A phase begins where the one before it
/// ended, so time in the queue is part of it.
package struct CommitTraces: Sendable {
    private struct Seen {
        var time: Time
        var root: SpanID
        var order: UInt64
    }

    /// A unit on its way to other content.
    struct Progress: Sendable {
        var trace: TraceID
        var root: SpanID?
        var own: SpanID
        var version: Version
        var render: Digest?
        var begun: Time
        var rendered: Time?
        var planned: Time?
        var blocked: Time?
        /// While it is applied.
        var started: Time?
        var apply: SpanID?
        var wave: (number: Int, since: Time)?
        /// Since when it waits for health.
        var ended: Time?
    }

    /// Commits that are remembered, at most; what is older has no root.
    private static let commitLimit = 1000
    private let unitLimit: Int

    private var commits: [CommitID: Seen] = [:]
    private var order: [CommitID] = []
    var units: [UnitID: Progress] = [:]
    /// How units began, one after the other. Some of them have left since, or begun anew.
    private var beginnings: [(unit: UnitID, own: SpanID)] = []

    /// - Parameter unitLimit: units that are remembered, at most; what is older is not told.
    package init(unitLimit: Int = 10_000) { self.unitLimit = unitLimit }

    /// - Returns: what ended with the event.
    package mutating func follow(_ event: Event) -> [Span] {
        switch event.kind {
        case .commitSeen: return see(event)
        case .commitRefused: return refuse(event)
        default: return event.unit.map { follow(event, of: $0) } ?? []
        }
    }

    private mutating func see(_ event: Event) -> [Span] {
        guard let seen = event.payload(as: CommitSeen.self) else { return [] }
        let root = SpanID(of: event.id, "commit")
        let trace = TraceID(of: seen.commit)
        if commits.updateValue(Seen(time: event.time, root: root, order: event.id.sequence), forKey: seen.commit) == nil
        {
            order.append(seen.commit)
            if order.count > Self.commitLimit { commits[order.removeFirst()] = nil }
        }
        let begun = seen.arrival.map { min($0.hinted ?? $0.began, event.time) } ?? event.time
        var spans = [
            Span(
                trace: trace, id: root, parent: nil, name: "commit", start: begun, end: event.time,
                attributes: Self.source(event) + [
                    Span.Pair("vcs.ref.head.revision", Text(seen.commit.hex)),
                    Span.Pair("trimtab.following", seen.following),
                ])
        ]
        spans += seen.arrival.map { Self.way($0, of: event, below: root, in: trace) } ?? []
        if let signer = seen.signer {
            spans.append(
                Span(
                    trace: trace, id: SpanID(of: event.id, "verify"), parent: root, name: "verify", start: event.time,
                    end: event.time, attributes: [Span.Pair("trimtab.signer", signer)]))
        }
        return spans
    }

    /// What lay before the commit was seen: from the hint to the look, and the look itself. A clock that was put back
    /// between makes none of it negative.
    private static func way(
        _ arrival: CommitSeen.Arrival, of event: Event, below root: SpanID, in trace: TraceID
    ) -> [Span] {
        let ended = min(arrival.ended, event.time)
        let began = min(arrival.began, ended)
        func span(_ name: Text, _ start: Time, _ end: Time) -> Span {
            Span(
                trace: trace, id: SpanID(of: event.id, name), parent: root, name: name, start: start, end: end,
                attributes: source(event))
        }
        return (arrival.hinted.map { [span("hint", min($0, began), began)] } ?? []) + [span("fetch", began, ended)]
    }

    private func refuse(_ event: Event) -> [Span] {
        guard let refused = event.payload(as: CommitRefused.self), let commit = refused.commit else { return [] }
        return [
            Span(
                trace: TraceID(of: commit), id: SpanID(of: event.id, "commit"), parent: nil, name: "commit",
                start: event.time, end: event.time, status: .error(refused.reason),
                attributes: Self.source(event) + [Span.Pair("vcs.ref.head.revision", Text(commit.hex))])
        ]
    }

    private static func source(_ event: Event) -> [Span.Pair] {
        event.draft.source.map { [Span.Pair("trimtab.source", $0.text)] } ?? []
    }

    /// A unit that goes to a version: its trace is that of the commit which was seen last of those that make it.
    func begin(_ event: Event, _ version: Version, _ render: Digest?) -> Progress? {
        guard let unit = event.unit else { return nil }
        let made = [version.source, version.fleet].compactMap(\.self)
        let newest = made.filter { commits[$0] != nil }.max { (commits[$0]?.order ?? 0) < (commits[$1]?.order ?? 0) }
        let commit = newest ?? made.first
        let seen = commit.flatMap { commits[$0] }
        // A plain folder has no commits; then its content is what is followed.
        let subject = commit.map { TraceID(of: $0) } ?? TraceID(of: "\(unit)\0\(render?.hex ?? "")")
        return Progress(
            trace: subject, root: seen?.root, own: SpanID(of: event.id, "deploy"), version: version, render: render,
            begun: min(seen?.time ?? event.time, event.time))
    }

    /// Remembers how far a unit is. The oldest is forgotten where there is no room for one that is new.
    mutating func keep(_ progress: Progress, of unit: UnitID) {
        guard units.updateValue(progress, forKey: unit)?.own != progress.own else { return }
        if beginnings.count / 2 >= unitLimit {
            beginnings = beginnings.filter { units[$0.unit]?.own == $0.own }
        }
        beginnings.append((unit, progress.own))
        guard units.count > unitLimit,
            let oldest = beginnings.firstIndex(where: { units[$0.unit]?.own == $0.own })
        else { return }
        units[beginnings[oldest].unit] = nil
        beginnings.removeFirst(oldest + 1)
    }
}
