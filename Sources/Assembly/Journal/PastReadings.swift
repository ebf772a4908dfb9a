// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import Synchronization

/// What questions about the past may cost a daemon that has other things to do: those that are the same are answered once,
/// few are worked on at a time, and none reads a journal without end.
final class PastReadings: Sendable {
    /// Events that one answer may read.
    let events: Int
    private let atOnce: Int
    private let flights = SingleFlight<PastRequest, PastStatus, APIError>()
    private let running = Mutex(0)

    init(events: Int = 5_000_000, atOnce: Int = 2) {
        self.events = events
        self.atOnce = atOnce
    }

    /// Refuses what would be one too many: whoever waited would hold a connection for minutes.
    func answer(
        _ request: PastRequest, _ read: @concurrent @Sendable () async throws(APIError) -> PastStatus
    ) async throws(APIError) -> PastStatus {
        try await flights.run(request) { () async throws(APIError) in
            let isFree = running.withLock { running in
                guard running < atOnce else { return false }
                running += 1
                return true
            }
            guard isFree else {
                throw APIError(
                    .tooMany, "\(atOnce) other questions about the past are worked on just now",
                    advice: "ask again in a minute")
            }
            defer { running.withLock { $0 -= 1 } }
            return try await read()
        }
    }

    /// How many wait for the answer that another one gets.
    func waiters(for request: PastRequest) async -> Int { await flights.waiters(for: request) }
}
