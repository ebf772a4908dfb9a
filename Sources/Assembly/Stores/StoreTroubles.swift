// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Journal
import Manifest
import Model
import Secrets

/// What is wrong with a store at one place.
struct StoreTrouble: Sendable, Hashable {
    /// As in ``SecretAccess/place``.
    var place: Text
    var error: StoreError
    var since: Time
    /// Whether something good was read before, which stays.
    var isCovered: Bool
}

extension [Text: StoreTrouble] {
    /// Reads what earlier processes recorded and saw no end of, by place.
    /// - Parameter events: of stores, the oldest first.
    init(recorded events: [Event]) {
        self.init()
        for event in events {
            if let failed = event.payload(as: StoreFailed.self) {
                let state = StoreError.State(rawValue: failed.state.string) ?? .unreachable
                self[failed.place] = StoreTrouble(
                    place: failed.place, error: StoreError(state, failed.reason),
                    since: self[failed.place]?.since ?? failed.since ?? event.time, isCovered: false)
            } else if let recovered = event.payload(as: StoreRecovered.self) {
                self[recovered.place] = nil
            }
        }
    }
}

extension Journal {
    /// What is on record of stores that fail, as far as the newest events tell.
    func storeTroubles() async throws(JournalError) -> [Text: StoreTrouble] {
        let filter = JournalFilter(kinds: [.storeFailed, .storeRecovered], order: .newestFirst, limit: 1000)
        return [Text: StoreTrouble](recorded: try await events(filter).reversed())
    }
}
