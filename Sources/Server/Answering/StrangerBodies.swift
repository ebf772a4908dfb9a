// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Hummingbird
import Manifest
import Synchronization

/// Reads bodies whose senders nobody knows yet: so many at once, and so few of one address that nobody takes all places.
///
/// Nothing waits for a place: what waits has a buffer in its connection.
final class StrangerBodies: Sendable {
    /// Of all addresses together.
    private static let places = 32
    private static let placesOfOne = 4

    /// Whether an address says who sends: behind a proxy that is not trusted all have one, the proxy's.
    private let tellsApart: Bool
    private let reading = Mutex<[Text: Int]>([:])

    init(tellsApart: Bool) { self.tellsApart = tellsApart }

    /// - Parameters:
    ///   - isSuspect: too much of what came from there was wrong: it has one place.
    ///   - things: what comes too often, for people.
    func collect(
        _ request: Request, of address: Text, isSuspect: Bool = false, limit: Int, within patience: Duration,
        _ things: Text
    ) async throws(APIError) -> [UInt8] {
        let isFull = reading.withLock { reading in
            let ofOne = reading[address] ?? 0
            let mostOfOne = !tellsApart ? Self.places : isSuspect ? 1 : Self.placesOfOne
            // At most as many addresses as places.
            if ofOne >= mostOfOne || reading.values.reduce(0, +) >= Self.places { return true }
            reading[address] = ofOne + 1
            return false
        }
        guard !isFull else {
            throw APIError(.unavailable, "too many \(things) come at once", advice: "send it again in some seconds")
        }
        defer { reading.withLock { $0[address] = $0[address].flatMap { $0 > 1 ? $0 - 1 : nil } } }
        return try await BodyReader.collect(request, limit: limit, within: patience)
    }
}
