// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Journal
import Manifest
import Model

/// What is on record of the fleet's own files: an event for each change of what they say, and none for a look, or a
/// start, that found what was known.
struct FleetLedger: Sendable {
    /// What was read last.
    enum News: Sendable {
        case read(FleetRead)
        case rejected(FleetRejected)
    }

    private var kind: EventKind?
    private var digest: Digest?

    static let kinds: Set<EventKind> = [.fleetRead, .fleetRejected]

    init() {}

    /// - Parameter event: the newest of those kinds.
    init(_ event: Event?) {
        kind = event?.kind
        digest = event?.payload(as: FleetRead.self)?.digest ?? event?.payload(as: FleetRejected.self)?.digest
    }

    /// Gives what is to be recorded; `nil` when that stands there already.
    mutating func note(_ news: News) -> EventDraft? {
        let (found, value): (Digest, Value) =
            switch news {
            case .read(let read): (read.digest, read.value)
            case .rejected(let rejected): (rejected.digest, rejected.value)
            }
        guard found != digest || news.kind != kind else { return nil }
        (digest, kind) = (found, news.kind)
        return EventDraft(
            kind: news.kind, source: SourceName(Source.fleetItself), payload: value)
    }
}

extension FleetLedger.News {
    fileprivate var kind: EventKind {
        switch self {
        case .read: .fleetRead
        case .rejected: .fleetRejected
        }
    }

    /// - Parameter problems: what is not in order, when that keeps something as it was.
    init(_ snapshot: FleetSnapshot, at commit: CommitID?, refused reason: Text? = nil) {
        let problems = (reason.map { [$0] } ?? []) + snapshot.problems.map { Text($0.description) }
        guard problems.isEmpty else {
            self = .rejected(
                FleetRejected(
                    commit: commit, digest: snapshot.digest(), isWhole: reason != nil || snapshot.name == nil,
                    problems: problems))
            return
        }
        self = .read(
            FleetRead(
                commit: commit, fleet: snapshot.name?.text ?? "", digest: snapshot.digest(),
                targets: snapshot.targets.count, sources: snapshot.sources.count, projects: snapshot.projects.count,
                applications: snapshot.applications.count))
    }

    /// Nothing of it could be read.
    init(unreadable reason: Text, at commit: CommitID?) {
        self = .rejected(
            FleetRejected(commit: commit, digest: Digest(of: reason.utf8), isWhole: true, problems: [reason]))
    }
}

extension Journal {
    func fleetLedger() async throws(JournalError) -> FleetLedger {
        let filter = JournalFilter(kinds: FleetLedger.kinds, order: .newestFirst, limit: 1)
        return FleetLedger(try await events(filter).first)
    }
}
