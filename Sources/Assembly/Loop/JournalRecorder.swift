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
            let events = try await journal.append(
                drafts.map(\.withAddress), durability: Durability(recording: drafts))
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

extension Durability {
    /// What a version renders to, how its plan looks and how a unit does is found again after a loss of power, and nothing
    /// is done upon it: what begins an act, or a person's answer to the plan, is durable, and with it all that came before.
    init(recording drafts: [EventDraft]) {
        self = drafts.allSatisfy { Self.foundAgain.contains($0.kind) } ? .relaxed : .full
    }

    private static let foundAgain: Set<EventKind> = [.rendered, .planned, .planBlocked, .healthChanged]
}
