// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// That a unit was given something secret: what, and never its value.
package struct SecretAccess: Sendable, Hashable {
    /// `vault:shop/database`: a store of secrets and a path in it; or `file:apps/web/secret.yaml`, a file in Git.
    package var place: Text
    /// The keys in that place, ordered.
    package var keys: [Text]
    /// The store's word for the version, a keyed fingerprint where it has none; of a file, the hash of what is
    /// encrypted.
    package var version: Text
    /// Of a file: to whom it is encrypted.
    package var recipients: [Text]

    package init(place: Text, keys: [Text], version: Text, recipients: [Text] = []) {
        self.place = place
        self.keys = keys
        self.version = version
        self.recipients = recipients
    }

    package static let filePrefix: Text = "file:"

    /// Whether it lies outside of Git, and so has versions of its own.
    package var isFromStore: Bool { !place.utf8.starts(with: Self.filePrefix.utf8) }
}

extension [SecretAccess] {
    /// With what a part of the unit was given: of a place at the version that is known, its keys as well; else in place
    /// of what is known of it.
    package func merging(_ part: [SecretAccess]) -> [SecretAccess] {
        var byPlace = Dictionary(grouping: self, by: \.place)
        for (place, accesses) in Dictionary(grouping: part, by: \.place) {
            let known = byPlace[place] ?? []
            byPlace[place] = accesses.map { access in
                guard let same = known.first(where: { $0.version == access.version }) else { return access }
                var merged = access
                merged.keys = Set(same.keys + access.keys).sorted()
                return merged
            }
        }
        return byPlace.values.joined().sorted { ($0.place, $0.version) < ($1.place, $1.version) }
    }
}

/// A unit was given secrets. Recorded before anything is done with them, and again when anything of it is another.
package struct SecretsRead: Payload {
    package static let kind = EventKind.secretsRead
    package var project: Text
    /// All that the unit has of secrets, ordered by place.
    package var accesses: [SecretAccess]
    /// Where its manifests have them, or had them. Older records do not say it.
    package var fields: SecretFields

    package init(project: Text, accesses: [SecretAccess], fields: SecretFields = SecretFields()) {
        self.project = project
        self.accesses = accesses
        self.fields = fields
    }

    package var value: Value {
        .fields([
            "project": Value(project), "accesses": Value(accesses), "fields": fields.isEmpty ? nil : fields.value,
        ])
    }

    package init?(_ value: Value) {
        guard let accesses = value["accesses"]?.accessesValue else { return nil }
        self.init(
            project: value["project"]?.stringValue ?? "", accesses: accesses,
            fields: value["fields"].map(SecretFields.init) ?? SecretFields())
    }
}

/// A store of secrets does not give what it should. What was read before stays.
package struct StoreFailed: Payload {
    package static let kind = EventKind.storeFailed
    /// As in ``SecretAccess/place``.
    package var place: Text
    /// In one word: `unreachable`, `denied`, `throttled`.
    package var state: Text
    package var reason: Text
    /// Since when it fails, whatever in: all that tell of it say the same moment. Older records lack it.
    package var since: Time?
    /// Who stays at what was read before.
    package var units: [UnitID]

    package init(place: Text, state: Text, reason: Text, since: Time?, units: [UnitID]) {
        self.place = place
        self.state = state
        self.reason = reason
        self.since = since
        self.units = units
    }

    package var value: Value {
        .fields([
            "place": Value(place), "state": Value(state), "reason": Value(reason), "since": since.map { Value($0) },
            "units": .array(units.map { Value("\($0)") }),
        ])
    }

    package init?(_ value: Value) {
        guard let place = value["place"]?.stringValue else { return nil }
        self.init(
            place: place, state: value["state"]?.stringValue ?? "", reason: value["reason"]?.stringValue ?? "",
            since: value["since"]?.timeValue,
            units: value["units"]?.textsValue.compactMap { UnitID(parsing: $0) } ?? [])
    }
}

/// It gives it again.
package struct StoreRecovered: Payload {
    package static let kind = EventKind.storeRecovered
    package var place: Text

    package init(place: Text) { self.place = place }

    package var value: Value { ["place": Value(place)] }

    package init?(_ value: Value) {
        guard let place = value["place"]?.stringValue else { return nil }
        self.init(place: place)
    }
}

extension Value {
    package init(_ accesses: [SecretAccess]) {
        self = .array(
            accesses.map { access in
                .fields([
                    "place": Value(access.place), "keys": .array(access.keys.map(Value.string)),
                    "version": Value(access.version),
                    "recipients": access.recipients.isEmpty ? nil : .array(access.recipients.map(Value.string)),
                ])
            })
    }

    package var accessesValue: [SecretAccess]? {
        arrayValue?.compactMap { value in
            guard let place = value["place"]?.stringValue else { return nil }
            return SecretAccess(
                place: place, keys: value["keys"]?.textsValue ?? [], version: value["version"]?.stringValue ?? "",
                recipients: value["recipients"]?.textsValue ?? [])
        }
    }
}
