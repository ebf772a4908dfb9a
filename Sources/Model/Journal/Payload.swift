// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// The payload of one kind of event, as a type.
///
/// Reading is lenient on purpose: a record of an older version lacks fields that we have now, and must still count.
package protocol Payload: Sendable, Hashable {
    static var kind: EventKind { get }
    var value: Value { get }
    /// `nil` when a field that gives the event its meaning is missing.
    init?(_ value: Value)
}

extension Payload {
    package func draft(of unit: UnitID, by actor: Actor = .trimtab) -> EventDraft {
        EventDraft(kind: Self.kind, unit: unit, actor: actor, payload: value)
    }
}

extension Event {
    /// The payload as its type; `nil` for an event of another kind or one whose payload was erased.
    package func payload<P: Payload>(as type: P.Type) -> P? {
        kind == P.kind ? P(payload) : nil
    }
}

extension Value {
    /// An object of the fields that have a value.
    package static func fields(_ pairs: KeyValuePairs<Text, Value?>) -> Value {
        var object = Object()
        for (key, value) in pairs {
            if let value { object[key] = value }
        }
        return .object(object)
    }

    package init(_ text: Text) { self = .string(text) }
    package init(_ string: String) { self = .string(Text(string)) }
    package init(_ number: Int) { self = .number(Number(Int64(number))) }
    package init(_ digest: Digest) { self = .string(Text(digest.hex)) }
    package init(_ time: Time) { self = .number(Number(time.nanoseconds)) }

    package var digestValue: Digest? { stringValue.flatMap { Digest(hex: $0.string) } }
    package var timeValue: Time? { intValue.map(Time.init(nanoseconds:)) }
    package var textsValue: [Text] { arrayValue?.compactMap(\.stringValue) ?? [] }
    package var objectIDsValue: [ObjectID] { textsValue.compactMap(ObjectID.init(key:)) }
}

extension Value {
    package init(_ ids: some Sequence<ObjectID>) { self = .array(ids.map { .string($0.key) }) }

    /// A map from ``ObjectID/key``, ordered by it.
    package init<Element>(
        byObject elements: some Sequence<(key: ObjectID, value: Element)>, _ value: (Element) -> Value
    ) {
        let pairs = elements.map { (key: $0.key.key, value: value($0.value)) }
        self = .object(Object(uniquePairs: pairs.sorted { $0.key < $1.key }))
    }

    /// Reads what ``init(byObject:_:)`` writes; entries that mean nothing are left out.
    package func byObject<Element>(_ element: (Value) -> Element?) -> [ObjectID: Element] {
        var elements: [ObjectID: Element] = [:]
        for (key, value) in objectValue?.pairs ?? [] {
            if let id = ObjectID(key: key), let element = element(value) { elements[id] = element }
        }
        return elements
    }

    package init(_ version: Version) {
        self = .fields([
            "fleet": version.fleet.map { Value($0.hex) }, "source": version.source.map { Value($0.hex) },
            "secrets": version.secrets.isEmpty ? nil : Value(byName: version.secrets),
            "bases": version.bases.isEmpty ? nil : Value(byName: version.bases),
        ])
    }

    package var versionValue: Version? {
        guard objectValue != nil else { return nil }
        return Version(
            fleet: self["fleet"]?.stringValue.flatMap { CommitID(hex: $0.string) },
            source: self["source"]?.stringValue.flatMap { CommitID(hex: $0.string) },
            secrets: self["secrets"]?.textsByName ?? [:],
            bases: self["bases"]?.commitsByName ?? [:])
    }

    /// A map of texts, ordered by their names.
    package init(byName texts: [Text: Text]) {
        self = .object(
            Object(uniquePairs: texts.sorted { $0.key < $1.key }.map { (key: $0.key, value: .string($0.value)) }))
    }

    package var textsByName: [Text: Text] {
        var texts: [Text: Text] = [:]
        for (key, value) in objectValue?.pairs ?? [] { texts[key] = value.stringValue }
        return texts
    }

    /// A map of commits, ordered by their names.
    package init(byName commits: [Text: CommitID]) { self.init(byName: commits.mapValues { Text($0.hex) }) }

    /// Reads what ``init(byName:)`` writes; what is no commit is left out.
    package var commitsByName: [Text: CommitID] { textsByName.compactMapValues { CommitID(hex: $0.string) } }
}
