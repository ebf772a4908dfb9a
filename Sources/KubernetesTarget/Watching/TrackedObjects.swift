// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Tracked objects by what they are.
///
/// Each lies by itself, its name with it: a table that held them would have room for as many again, and be copied as a
/// whole whenever it grows, or changes while it is gone through. The table is by hashes alone; the few that share one
/// hang on each other.
struct TrackedObjects: Sendable {
    private final class Place: Sendable {
        let id: ObjectID
        let object: TrackedObject
        let next: Place?

        init(_ id: ObjectID, _ object: TrackedObject, before next: Place?) {
            self.id = id
            self.object = object
            self.next = next
        }
    }

    private var places: [Int: Place] = [:]
    private(set) var count = 0
    private let hash: @Sendable (ObjectID) -> Int

    /// - Parameter hash: any function of what an object is.
    init(hash: @escaping @Sendable (ObjectID) -> Int = { $0.hashValue }) { self.hash = hash }

    subscript(id: ObjectID) -> TrackedObject? {
        get {
            var place = places[hash(id)]
            while let here = place {
                if here.id == id { return here.object }
                place = here.next
            }
            return nil
        }
        set {
            let hash = hash(id)
            var kept: Place?
            var known = false
            var place = places[hash]
            // Most often there is none but the one that is meant.
            while let here = place {
                if here.id == id { known = true } else { kept = Place(here.id, here.object, before: kept) }
                place = here.next
            }
            count += (newValue == nil ? 0 : 1) - (known ? 1 : 0)
            places[hash] = newValue.map { Place(id, $0, before: kept) } ?? kept
        }
    }
}

extension TrackedObjects: Sequence {
    func makeIterator() -> some IteratorProtocol<(ObjectID, TrackedObject)> {
        places.values.lazy.flatMap { first in
            sequence(first: first, next: \.next).lazy.map { ($0.id, $0.object) }
        }
        .makeIterator()
    }
}

/// A value that takes the room of a reference where it is not.
final class Boxed<Content: Sendable>: Sendable {
    let content: Content

    init(_ content: Content) { self.content = content }
}
