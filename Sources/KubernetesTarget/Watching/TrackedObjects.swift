// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// Tracked objects by what they are, each in a place of its own that it keeps.
///
/// Places lie in pieces of equal size: an array of all would be copied as a whole whenever it grows, and have room for
/// as many again. What many have in common, all of their identity but the name, is held once. They are
/// found by hashes alone; the few that share one hang on each other.
struct TrackedObjects: Sendable {
    /// Where an object lies, for as long as it is in the table.
    typealias Place = UInt32

    /// What objects of a kind in a namespace have in common.
    struct Realm: Sendable, Hashable {
        let group, kind, namespace: Text

        init(of id: ObjectID) { (group, kind, namespace) = (id.group, id.kind, id.namespace) }
    }

    struct Slot: Sendable {
        let realm: Apart<Realm>
        let name: Text
        var object: TrackedObject
        /// Of those with the same hash; ``end`` behind the last.
        var next: Place

        var id: ObjectID {
            let realm = realm.wrappedValue
            return ObjectID(group: realm.group, kind: realm.kind, namespace: realm.namespace, name: name)
        }

        func isOf(_ id: ObjectID) -> Bool { name == id.name && realm.wrappedValue == Realm(of: id) }

        mutating func change(_ body: (ObjectID, inout TrackedObject) -> Void) { body(id, &object) }
    }

    private static let pieceSize = 128
    private static let end = Place.max

    private var pieces: [ContiguousArray<Slot?>] = []
    private var free: [Place] = []
    private var first: [UInt32: Place] = [:]
    /// Each with how many have it.
    private var realms: [Realm: (realm: Apart<Realm>, holders: Int)] = [:]
    private(set) var count = 0
    private let hash: @Sendable (ObjectID) -> Int

    /// - Parameter hash: any function of what an object is.
    init(hash: @escaping @Sendable (ObjectID) -> Int = { $0.hashValue }) { self.hash = hash }

    subscript(id: ObjectID) -> TrackedObject? {
        get { place(of: id).flatMap { slot($0)?.object } }
        set {
            switch (place(of: id), newValue) {
            case (nil, let object?): insert(id, object)
            case (let place?, let object?): put(object, in: place)
            case (let place?, nil): remove(id, from: place)
            case (nil, nil): break
            }
        }
    }

    /// What lies in a place; `nil` when nothing does any more.
    subscript(place: Place) -> (id: ObjectID, object: TrackedObject)? { slot(place).map { ($0.id, $0.object) } }

    func place(of id: ObjectID) -> Place? {
        var place = first[key(id)] ?? Self.end
        while let slot = slot(place) {
            if slot.isOf(id) { return place }
            place = slot.next
        }
        return nil
    }

    /// Changes all that are meant, in their places.
    mutating func update(
        where isMeant: (TrackedObject) -> Bool, _ body: (ObjectID, inout TrackedObject) -> Void
    ) {
        for piece in pieces.indices {
            for index in pieces[piece].indices where pieces[piece][index].map({ isMeant($0.object) }) ?? false {
                pieces[piece][index]?.change(body)
            }
        }
    }

    private func key(_ id: ObjectID) -> UInt32 { UInt32(truncatingIfNeeded: hash(id)) }

    private func slot(_ place: Place) -> Slot? {
        let (piece, index) = Self.split(place)
        return piece < pieces.count && index < pieces[piece].count ? pieces[piece][index] : nil
    }

    private static func split(_ place: Place) -> (piece: Int, index: Int) {
        (Int(place) / pieceSize, Int(place) % pieceSize)
    }
}

extension TrackedObjects {
    private mutating func insert(_ id: ObjectID, _ object: TrackedObject) {
        let key = key(id)
        let slot = Slot(realm: share(Realm(of: id)), name: id.name, object: object, next: first[key] ?? Self.end)
        let place = free.popLast() ?? append()
        let (piece, index) = Self.split(place)
        pieces[piece][index] = slot
        first[key] = place
        count += 1
    }

    /// A place behind all others.
    private mutating func append() -> Place {
        if pieces.last.map({ $0.count == Self.pieceSize }) ?? true {
            pieces.append([])
            pieces[pieces.count - 1].reserveCapacity(Self.pieceSize)
        }
        let piece = pieces.count - 1
        pieces[piece].append(nil)
        return Place(piece * Self.pieceSize + pieces[piece].count - 1)
    }

    private mutating func put(_ object: TrackedObject, in place: Place) {
        let (piece, index) = Self.split(place)
        pieces[piece][index]?.object = object
    }

    private mutating func remove(_ id: ObjectID, from place: Place) {
        guard let slot = slot(place) else { return }
        let key = key(id)
        if first[key] == place {
            first[key] = slot.next == Self.end ? nil : slot.next
        } else {
            var before = first[key]
            while let here = before, let next = self.slot(here)?.next {
                if next == place {
                    let (piece, index) = Self.split(here)
                    pieces[piece][index]?.next = slot.next
                    break
                }
                before = next
            }
        }
        let (piece, index) = Self.split(place)
        pieces[piece][index] = nil
        free.append(place)
        release(slot.realm.wrappedValue)
        count -= 1
    }

    private mutating func share(_ realm: Realm) -> Apart<Realm> {
        let known = realms[realm] ?? (Apart(wrappedValue: realm), 0)
        realms[realm] = (known.realm, known.holders + 1)
        return known.realm
    }

    private mutating func release(_ realm: Realm) {
        guard let known = realms[realm] else { return }
        realms[realm] = known.holders > 1 ? (known.realm, known.holders - 1) : nil
    }
}

extension TrackedObjects: Sequence {
    func makeIterator() -> some IteratorProtocol<(ObjectID, TrackedObject)> {
        pieces.lazy.joined().compactMap { slot in slot.map { ($0.id, $0.object) } }.makeIterator()
    }
}
