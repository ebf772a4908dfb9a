// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Journal
import Manifest
import Model

/// The journal of a state folder that this process does not own. Reading takes no lock and writes nothing, so that it
/// works beside a running process and where nobody can write.
struct FolderJournal: JournalOperations {
    let state: String
    let clocks: Clocks

    /// How often to look for news: nobody tells.
    private static let pause = Duration.milliseconds(500)

    func events(_ filter: API.EventFilter) async throws(APIError) -> EventPage {
        let end = clocks.monotonic().advanced(by: filter.wait)
        while true {
            let page = try await read(filter)
            guard page.events.isEmpty, clocks.monotonic() < end else { return page }
            do { try await clocks.sleep(clocks.monotonic().advanced(by: Self.pause)) } catch { return page }
        }
    }

    private func read(_ filter: API.EventFilter) async throws(APIError) -> EventPage {
        var filter = filter
        filter.wait = .zero
        return try await withDesk { [filter] (desk) async throws(APIError) in try await desk.events(filter) }
    }

    func past(_ request: PastRequest) async throws(APIError) -> PastStatus {
        try await withDesk { (desk) async throws(APIError) in try await desk.past(request) }
    }

    private func withDesk<Answer: Sendable>(
        _ body: (JournalDesk) async throws(APIError) -> Answer
    ) async throws(APIError) -> Answer {
        let journal: Journal
        do { journal = try await Journal.open(try await store(), clock: clocks.wall) } catch { throw APIError(error) }
        let desk = JournalDesk(journal: journal, clocks: clocks) { await Self.project(of: $0, in: journal) }
        do throws(APIError) {
            let answer = try await body(desk)
            try? await journal.close()
            return answer
        } catch {
            try? await journal.close()
            throw error
        }
    }

    /// As of the unit's last sync.
    private static func project(of unit: UnitID, in journal: Journal) async -> ProjectName? {
        let filter = JournalFilter(unit: unit, kinds: [.syncStarted], order: .newestFirst, limit: 1)
        let started = (try? await journal.events(filter))?.first?.payload(as: SyncStarted.self)
        return started.flatMap { ProjectName($0.testament.project) }
    }

    /// Signing needs the folder's key, so this one takes the lock.
    func checkpoint() async throws(APIError) -> CheckpointView {
        let lock = try StateLock(folder: state)
        defer { withExtendedLifetime(lock) {} }
        do {
            let journal = try await Journal.open(folder: state, clock: clocks.wall)
            let checkpoint = try await journal.checkpoint()
            try await journal.close()
            return CheckpointView(checkpoint)
        } catch {
            throw APIError(error)
        }
    }

    func verify(against view: CheckpointView?) async throws(APIError) -> Verification {
        try await verify(against: [view].compactMap(\.self))
    }

    /// Also against the checkpoint that lies beside the journal.
    func verify(against views: [CheckpointView]) async throws(APIError) -> Verification {
        let checkpoints = try views.map { view throws(APIError) in try Checkpoint(view) }
        return try await Verification.of { () throws(JournalError) in
            try await Audit.verify(folder: state, against: checkpoints)
        }
    }

    /// Every event with its place in the chain, as JSON Lines.
    func export(_ write: @escaping @Sendable ([UInt8]) throws -> Void) async throws {
        let store: SQLiteJournalStore
        do { store = try await self.store() } catch { throw APIError(error) }
        try await Audit.export(store) { try write($0) }
        try await store.close()
    }

    private func store() async throws(JournalError) -> SQLiteJournalStore {
        try await SQLiteJournalStore.open(path: state + "/journal.db", access: .read)
    }
}
