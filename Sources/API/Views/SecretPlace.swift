// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

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

        package init(unit: UnitID, version: Text, since: Time) {
            self.unit = unit
            self.version = version
            self.since = since
        }
    }

    /// Why a store does not give it just now, in the words of ``StoreFailed``.
    package struct Failure: Sendable, Hashable {
        package var state: Text
        package var reason: Text
        package var since: Time?

        package init(state: Text, reason: Text, since: Time?) {
            self.state = state
            self.reason = reason
            self.since = since
        }
    }

    /// As ``SecretAccess/place`` has it.
    package var place: Text
    package var isFromStore: Bool
    package var keys: [Text]
    /// Of a file: to whom it is encrypted.
    package var recipients: [Text]
    /// Ordered by unit.
    package var uses: [Use]
    /// `nil` for what comes.
    package var failure: Failure?

    package init(
        place: Text, isFromStore: Bool, keys: [Text] = [], recipients: [Text] = [], uses: [Use] = [],
        failure: Failure? = nil
    ) {
        self.place = place
        self.isFromStore = isFromStore
        self.keys = keys
        self.recipients = recipients
        self.uses = uses
        self.failure = failure
    }

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
        for (place, failed) in failures {
            places[place]?.failure = Failure(state: failed.state, reason: failed.reason, since: failed.since)
        }
        return places.values.sorted { ($0.failure == nil ? 1 : 0, $0.place) < ($1.failure == nil ? 1 : 0, $1.place) }
    }

    private init(_ access: SecretAccess) {
        self.init(place: access.place, isFromStore: access.isFromStore)
    }

    private mutating func add(_ access: SecretAccess, _ use: Use) {
        keys = Set(keys + access.keys).sorted()
        recipients = Set(recipients + access.recipients).sorted()
        uses.append(use)
    }

    package func isFound(by words: [Text]) -> Bool {
        let texts = [place] + keys + recipients + uses.map { Text($0.unit.description) }
        return words.allSatisfy { word in
            let bytes = Bytes.lower(word)
            return texts.contains { Bytes.occurs(bytes, in: $0) }
        }
    }
}

extension SecretPlace: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            place: try fields.required("place"), isFromStore: try fields.required("store"),
            keys: try fields.list("keys"), recipients: try fields.list("recipients"), uses: try fields.list("uses"),
            failure: try fields.optional("failure"))
    }

    package var wire: Value {
        .fields([
            "place": place.wire, "store": isFromStore.wire, "keys": keys.wire,
            "recipients": recipients.wireUnlessEmpty, "uses": uses.wire, "failure": failure?.wire,
        ])
    }
}

extension SecretPlace.Use: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            unit: try fields.required("unit"), version: try fields.required("version"),
            since: try fields.required("since"))
    }

    package var wire: Value { .fields(["unit": unit.wire, "version": version.wire, "since": since.wire]) }
}

extension SecretPlace.Failure: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            state: try fields.required("state"), reason: try fields.required("reason"),
            since: try fields.optional("since"))
    }

    package var wire: Value { .fields(["state": state.wire, "reason": reason.wire, "since": since?.wire]) }
}
