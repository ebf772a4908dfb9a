// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// The places of a unit in one run of bytes: there are tens of thousands of units, and their places are looked at when
/// something happens there.
struct PackedPlaces: Sendable {
    /// For each place where it begins (4 bytes), then one after the other: flags (1), and the texts of the object and the
    /// path, each behind its length (4). A single place begins where the bytes do.
    private let bytes: [UInt8]
    let count: Int

    private enum Flag {
        static let exclusive: UInt8 = 1
        /// Its group is the one that nearly all have, and is not written.
        static let isOfHost: UInt8 = 2
    }

    init() { (bytes, count) = ([], 0) }

    init(_ places: [WatchTable.Place]) {
        var (starts, rows): ([UInt8], [UInt8]) = ([], [])
        let head = places.count > 1 ? places.count * 4 : 0
        for place in places {
            if head > 0 { starts.append(number: UInt32(truncatingIfNeeded: head + rows.count)) }
            let isOfHost = place.object.group == HostObject.group
            rows.append((place.isExclusive ? Flag.exclusive : 0) | (isOfHost ? Flag.isOfHost : 0))
            if !isOfHost { Self.put(place.object.group.utf8, into: &rows) }
            for text in [place.object.kind, place.object.namespace, place.object.name] {
                Self.put(text.utf8, into: &rows)
            }
            Self.put(place.path.bytes, into: &rows)
        }
        bytes = starts + rows
        count = places.count
    }

    var isEmpty: Bool { count == 0 }
    var all: [WatchTable.Place] { (0..<count).compactMap { self[$0] } }

    /// `nil` when there are not so many.
    subscript(number: Int) -> WatchTable.Place? {
        guard number >= 0, number < count else { return nil }
        var rest = bytes[...]
        if count > 1 {
            var start = bytes.dropFirst(number * 4)
            guard let place: UInt32 = start.number() else { return nil }
            rest = bytes.dropFirst(Int(place))
        }
        guard let flags = rest.popFirst() else { return nil }
        func text() -> Text? { Self.take(from: &rest).flatMap { Text(utf8: $0) } }
        guard let group = flags & Flag.isOfHost > 0 ? HostObject.group : text(), let kind = text(),
            let namespace = text(), let name = text(),
            let path = Self.take(from: &rest).flatMap({ HostPath(bytes: $0) })
        else { return nil }
        return WatchTable.Place(
            object: ObjectID(group: group, kind: kind, namespace: namespace, name: name), path: path,
            isExclusive: flags & Flag.exclusive > 0)
    }

    private static func put(_ text: some Collection<UInt8>, into bytes: inout [UInt8]) {
        bytes.append(number: UInt32(truncatingIfNeeded: text.count))
        bytes.append(contentsOf: text)
    }

    private static func take(from bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let length: UInt32 = bytes.number(), bytes.count >= length else { return nil }
        return bytes.take(Int(length))
    }
}
