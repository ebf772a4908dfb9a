// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Journal
import Manifest
import Model

extension LocalOperations {
    func events(_ filter: API.EventFilter) async throws(APIError) -> EventPage {
        var query = JournalFilter(
            kinds: Set(filter.kinds), since: filter.since, until: filter.until, limit: JournalFilter.largestPage)
        var after: UInt64 = 0
        if case .after(let sequence) = filter.start {
            after = sequence
            query.after = sequence
        } else {
            query.order = .newestFirst
        }
        var found: [Event] = []
        do {
            if filter.wait > .zero, journal.newest <= after { try await wait(filter.wait, beyond: after) }
            for event in try await journal.events(query) {
                guard filter.actor.map({ $0 == event.actor }) ?? true, await matches(event, filter.units) else {
                    continue
                }
                found.append(event)
                if found.count == filter.limit { break }
            }
        } catch {
            throw APIError(.failed, "the journal cannot be read: \(error)")
        }
        if query.order == .newestFirst { found.reverse() }
        let next = found.last?.id.sequence ?? max(after, journal.newest)
        return EventPage(events: found.map { EventView($0) }, next: next)
    }

    private func wait(_ duration: Duration, beyond sequence: UInt64) async throws {
        let deadline = clocks.monotonic().advanced(by: duration)
        while journal.newest <= sequence, clocks.monotonic() < deadline {
            try await clocks.sleep(clocks.monotonic().advanced(by: .milliseconds(50)))
        }
    }

    private func matches(_ event: Event, _ units: UnitFilter) async -> Bool {
        guard !units.patterns.isEmpty || units.project != nil else { return true }
        guard let unit = event.unit else { return false }
        let project = await engine.snapshot(of: unit)?.managed.context.project
        return project.map { units.includes(unit, of: $0) } ?? units.patterns.contains { $0.matches(unit) }
    }

    func checkpoint() async throws(APIError) -> CheckpointView {
        do {
            let checkpoint = try await journal.checkpoint()
            return CheckpointView(
                writer: checkpoint.writer, incarnation: UInt64(checkpoint.incarnation), size: checkpoint.size,
                head: checkpoint.head, time: checkpoint.time, key: Text(Hex.encode(checkpoint.key)),
                signature: Text(Hex.encode(checkpoint.signature)))
        } catch {
            throw APIError(.failed, "no checkpoint can be made: \(error)")
        }
    }

    func verify(against view: CheckpointView?) async throws(APIError) -> Verification {
        var checkpoints: [Checkpoint] = []
        if let view {
            guard let key = view.key.flatMap({ Hex.decode($0.string) }),
                let incarnation = UInt32(exactly: view.incarnation),
                let signature = view.signature.flatMap({ Hex.decode($0.string) })
            else { throw APIError(.invalid, "the checkpoint carries no signature") }
            checkpoints = [
                Checkpoint(
                    writer: view.writer, incarnation: incarnation, size: view.size, head: view.head, time: view.time,
                    key: key, signature: signature)
            ]
        }
        var verifier = ChainVerifier(checkpoints: checkpoints)
        do {
            var after: UInt64 = 0
            while true {
                let page = try await journal.store.records(matching: RecordQuery(after: after, limit: 1000))
                for record in page { verifier.check(record) }
                guard let last = page.last, page.count == 1000 else { break }
                after = last.label.sequence
            }
        } catch {
            verifier.cutShort(reason: "\(error)")
        }
        let report = verifier.finish()
        return Verification(
            events: report.events, head: report.head?.hash,
            findings: report.findings.map { Verification.Finding(reason: Text("\($0)")) })
    }
}
