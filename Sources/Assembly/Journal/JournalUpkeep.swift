// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Journal
import Model

/// Keeps a journal quick to open and no longer than it has to be.
struct JournalUpkeep: Sendable {
    let journal: Journal

    /// So many events a start may have to replay; more where there are many units, whose records cost more to save.
    static func interval(units: Int) -> UInt64 { max(1000, UInt64(clamping: units) &* 4) }

    /// A start that had to replay more than so many values of events saves what came of it, so that the next need not.
    static let heavyReplay = 2000

    /// Saves the units' records when a start would have to replay too much.
    /// - Returns: the event up to which they are saved.
    func saveRecords() async throws(JournalError) -> (saved: UInt64, interval: UInt64) {
        var records = try await journal.project(UnitRecords.self)
        let interval = Self.interval(units: records.fold.held.count)
        if records.unsaved >= interval { try await journal.save(&records) }
        return (records.saved, interval)
    }

    /// Erases what is older than has to be kept. `nil` when that is too little.
    func retain(_ retention: Retention, now: Time) async throws(JournalError) -> Event? {
        guard let oldest = try await journal.oldestKept(), let cut = retention.cut(oldest: oldest, now: now) else {
            return nil
        }
        let records = try await journal.project(UnitRecords.self)
        return try await journal.retain(before: cut, carrying: [records.carried])
    }
}
