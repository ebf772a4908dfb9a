// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Journal
import Model

/// The engine's way into the journal.
struct JournalRecorder: EventRecorder {
    let journal: Journal

    func record(_ drafts: [EventDraft]) async throws -> [Event] {
        try await journal.append(drafts, durability: .full)
    }
}

extension Journal {
    /// What the journal knows of each unit.
    func unitRecords() async throws -> [UnitID: UnitRecord] {
        var records: [UnitID: UnitRecord] = [:]
        var after: UInt64 = 0
        while true {
            let page = try await events(EventFilter(after: after, limit: EventFilter.largestPage))
            for event in page {
                if let unit = event.unit { records[unit, default: UnitRecord()].apply(event) }
                after = event.id.sequence
            }
            if page.count < EventFilter.largestPage { return records }
        }
    }
}
