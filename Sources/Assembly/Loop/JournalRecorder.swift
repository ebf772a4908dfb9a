// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Journal
import Model

/// The engine's way into the journal. What was written is also counted and logged.
struct JournalRecorder: EventRecorder {
    let journal: Journal
    let meters: Meters
    let log: EventLog?
    let clocks: Clocks

    func record(_ drafts: [EventDraft]) async throws -> [Event] {
        let began = clocks.monotonic()
        do {
            // That a plan waits is found again after a loss of power, and nothing is done upon it.
            let durability: Durability = drafts.allSatisfy { $0.kind == .planBlocked } ? .relaxed : .full
            let events = try await journal.append(drafts.map(\.withAddress), durability: durability)
            meters.recorded(events, within: clocks.monotonic().duration(since: began))
            log?.recorded(events)
            return events
        } catch {
            meters.recordingFailed()
            log?.failed(error)
            throw error
        }
    }
}
