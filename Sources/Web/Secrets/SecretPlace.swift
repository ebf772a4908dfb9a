// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest
package import Model

/// One place that secrets come from, with all units that were given some of it. Never a value.
package struct SecretPlace: Sendable, Hashable {
    /// What one unit was given of it.
    package struct Use: Sendable, Hashable {
        package var unit: UnitID
        package var version: Text
        /// When that was.
        package var since: Time
    }

    /// As ``SecretAccess/place`` has it.
    package var place: Text
    package var isFromStore: Bool
    package var keys: [Text]
    /// Of a file: to whom it is encrypted.
    package var recipients: [Text]
    /// Ordered by unit.
    package var uses: [Use]
    /// Why a store does not give it just now.
    package var failure: StoreFailed?

    /// What tells of secrets that were given.
    package static let kinds: [EventKind] = SecretUse.kinds + [.storeFailed, .storeRecovered]

    /// - Parameters:
    ///   - events: all there are, oldest first.
    ///   - units: those that are there.
    /// - Returns: what does not come just now first, then by place.
    package static func all(_ events: [EventView], units: [UnitID]) -> [SecretPlace] {
        let known = Set(units)
        var failures: [Text: StoreFailed] = [:]
        for view in events {
            if let failed = view.event.payload(as: StoreFailed.self) {
                failures[failed.place] = failed
            } else if let back = view.event.payload(as: StoreRecovered.self) {
                failures[back.place] = nil
            }
        }
        var places: [Text: SecretPlace] = [:]
        for use in SecretUse.fold(events) where known.contains(use.unit) {
            places[use.access.place, default: SecretPlace(use.access)].add(
                use.access, Use(unit: use.unit, version: use.access.version, since: use.time))
        }
        for (place, failure) in failures { places[place]?.failure = failure }
        return places.values.sorted { ($0.failure == nil ? 1 : 0, $0.place) < ($1.failure == nil ? 1 : 0, $1.place) }
    }

    private init(_ access: SecretAccess) {
        place = access.place
        isFromStore = access.isFromStore
        keys = []
        recipients = []
        uses = []
    }

    private mutating func add(_ access: SecretAccess, _ use: Use) {
        keys = Set(keys + access.keys).sorted()
        recipients = Set(recipients + access.recipients).sorted()
        uses.append(use)
    }

    func isFound(by words: [Text]) -> Bool {
        let texts = [place] + keys + recipients + uses.map { Text($0.unit.description) }
        return words.allSatisfy { word in
            let bytes = Bytes.lower(word)
            return texts.contains { Bytes.occurs(bytes, in: $0) }
        }
    }
}
