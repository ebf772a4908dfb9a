// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Journal
import Manifest
import Model

extension JournalDesk {
    /// More units than this are found quicker by reading the journal once.
    private static let singleUnits = 20
    private static let pastPage = 1000

    /// A fold over the events up to a moment; where retention erased what they said, the syncs that it carried on.
    func past(_ request: PastRequest) async throws(APIError) -> PastStatus {
        guard request.time <= clocks.wall() else {
            throw APIError(.invalid, "\(request.time) is to come", advice: "\"trimtab status\" shows what runs now")
        }
        guard let readings else { return try await fold(request, reading: .max) }
        return try await readings.answer(request) { () async throws(APIError) in
            try await fold(request, reading: readings.events)
        }
    }

    /// - Parameter limit: events to read, at most.
    private func fold(_ request: PastRequest, reading limit: Int) async throws(APIError) -> PastStatus {
        var rest = limit
        var folds: [UnitID: PastUnit] = [:]
        let exact = request.units.patterns.isEmpty ? nil : request.units.exactUnits
        let queries = (exact.flatMap { $0.count <= Self.singleUnits ? $0.map(Optional.some) : nil }) ?? [nil]
        for unit in queries {
            try await read(JournalFilter(unit: unit, kinds: PastUnit.kinds), upTo: request.time, &rest) { event in
                if let unit = event.unit { folds[unit, default: PastUnit()].apply(event) }
            }
        }
        let erased: Time?
        let begins: Time?
        do throws(JournalError) {
            erased = try await journal.newestErased()
            if erased != nil {
                let records = try await journal.project(UnitRecords.self).fold.held
                for unit in folds.keys {
                    folds[unit]?.complete(from: records[unit]?.wrappedValue.history ?? [], at: request.time)
                }
            }
            begins = try await journal.event(1)?.time
        } catch {
            throw APIError(error)
        }
        let shown = await selected(folds, request.units)
        let signers = try await signers(of: shown, upTo: request.time, &rest)
        let entries = shown.map { unit, past in
            PastStatus.Entry(
                unit: unit, past: past,
                signer: (past.running?.version).flatMap { $0.source ?? $0.fleet }.flatMap { signers[$0] })
        }
        return PastStatus(
            time: request.time, begins: begins, erasedThrough: erased, units: entries.sorted { $0.unit < $1.unit })
    }

    private func selected(_ folds: [UnitID: PastUnit], _ filter: UnitFilter) async -> [UnitID: PastUnit] {
        var shown: [UnitID: PastUnit] = [:]
        for (unit, past) in folds where !past.isRemoved {
            guard filter.patterns.isEmpty || filter.patterns.contains(where: { $0.matches(unit) }) else { continue }
            if let wanted = filter.project {
                var project = past.project
                if project == nil { project = await self.project(unit) }
                guard project == wanted else { continue }
            }
            shown[unit] = past
        }
        return shown
    }

    /// Who signed the commits that ran.
    private func signers(
        of units: [UnitID: PastUnit], upTo moment: Time, _ rest: inout Int
    ) async throws(APIError) -> [CommitID: Text] {
        let versions = units.values.compactMap { $0.running?.version }
        let commits = Set(versions.compactMap { $0.source ?? $0.fleet })
        guard !commits.isEmpty else { return [:] }
        var signers: [CommitID: Text] = [:]
        try await read(JournalFilter(kinds: [.commitSeen]), upTo: moment, &rest) { event in
            guard let seen = event.payload(as: CommitSeen.self), commits.contains(seen.commit) else { return }
            signers[seen.commit] = seen.signer ?? signers[seen.commit]
        }
        return signers
    }

    /// All events that match, the last one at the moment itself.
    ///
    /// - Parameter rest: how many more may be read.
    private func read(
        _ filter: JournalFilter, upTo moment: Time, _ rest: inout Int, _ take: (Event) -> Void
    ) async throws(APIError) {
        var query = filter
        query.until = moment.advanced(by: .nanoseconds(1))
        query.limit = Self.pastPage
        while true {
            let page: [Event]
            do throws(JournalError) { page = try await journal.events(query) } catch { throw APIError(error) }
            rest -= page.count
            guard rest >= 0 else {
                throw APIError(
                    .tooLarge, "the journal has more events up to \(moment) than one answer may read",
                    advice: "name the units, with the fleet: acme/web@prod; \(Self.singleUnits) at most")
            }
            for event in page { take(event) }
            guard page.count == Self.pastPage, let last = page.last else { return }
            // Half an answer is none, also for those who wait for the same.
            guard !Task.isCancelled else { throw APIError(.unavailable, "the question was taken back") }
            query.after = last.id.sequence
        }
    }
}
