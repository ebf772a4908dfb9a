// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine

extension LocalOperations {
    private var desk: JournalDesk {
        JournalDesk(journal: journal, clocks: clocks, tail: tail, readings: readings) { [engine] unit in
            await engine.snapshot(of: unit)?.managed.context.project
        }
    }

    func events(_ filter: EventFilter) async throws(APIError) -> EventPage { try await desk.events(filter) }

    func past(_ request: PastRequest) async throws(APIError) -> PastStatus { try await desk.past(request) }

    func checkpoint() async throws(APIError) -> CheckpointView { try await desk.checkpoint() }

    func verify(against checkpoint: CheckpointView?) async throws(APIError) -> Verification {
        try await desk.verify(against: checkpoint)
    }
}
