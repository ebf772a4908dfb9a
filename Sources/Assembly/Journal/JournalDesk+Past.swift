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
        do {
            var folds: [UnitID: PastUnit] = [:]
            let exact = request.units.patterns.isEmpty ? nil : request.units.exactUnits
            let queries = (exact.flatMap { $0.count <= Self.singleUnits ? $0.map(Optional.some) : nil }) ?? [nil]
            for unit in queries {
                try await read(JournalFilter(unit: unit, kinds: PastUnit.kinds), upTo: request.time) { event in
                    if let unit = event.unit { folds[unit, default: PastUnit()].apply(event) }
                }
            }
            let erased = try await journal.newestErased()
            if erased != nil {
                let records = try await journal.project(UnitRecords.self).fold.held
                for unit in folds.keys {
                    folds[unit]?.complete(from: records[unit]?.wrappedValue.history ?? [], at: request.time)
                }
            }
            let begins = try await journal.event(1)?.time
            let shown = await selected(folds, request.units)
            let signers = try await signers(of: shown, upTo: request.time)
            let entries = shown.map { unit, past in
                PastStatus.Entry(
                    unit: unit, past: past,
                    signer: (past.running?.version).flatMap { $0.source ?? $0.fleet }.flatMap { signers[$0] })
            }
            return PastStatus(
                time: request.time, begins: begins, erasedThrough: erased,
                units: entries.sorted { $0.unit < $1.unit })
        } catch {
            throw APIError(error)
        }
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
        of units: [UnitID: PastUnit], upTo moment: Time
    ) async throws(JournalError) -> [CommitID: Text] {
        let versions = units.values.compactMap { $0.running?.version }
        let commits = Set(versions.compactMap { $0.source ?? $0.fleet })
        guard !commits.isEmpty else { return [:] }
        var signers: [CommitID: Text] = [:]
        try await read(JournalFilter(kinds: [.commitSeen]), upTo: moment) { event in
            guard let seen = event.payload(as: CommitSeen.self), commits.contains(seen.commit) else { return }
            signers[seen.commit] = seen.signer ?? signers[seen.commit]
        }
        return signers
    }

    /// All events that match, the last one at the moment itself.
    private func read(
        _ filter: JournalFilter, upTo moment: Time, _ take: (Event) -> Void
    ) async throws(JournalError) {
        var query = filter
        query.until = moment.advanced(by: .nanoseconds(1))
        query.limit = Self.pastPage
        while true {
            let page = try await journal.events(query)
            for event in page { take(event) }
            guard page.count == Self.pastPage, let last = page.last, !Task.isCancelled else { return }
            query.after = last.id.sequence
        }
    }
}
