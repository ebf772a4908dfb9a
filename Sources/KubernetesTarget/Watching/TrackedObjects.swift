// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Tracked objects by what they are.
///
/// Each lies by itself: a table that held them would have room for as many again, and be copied as a whole whenever it
/// grows, or changes while it is gone through.
struct TrackedObjects: Sendable {
    private var objects: [ObjectID: Boxed<TrackedObject>] = [:]

    var count: Int { objects.count }

    subscript(id: ObjectID) -> TrackedObject? {
        get { objects[id]?.content }
        set { objects[id] = newValue.map(Boxed.init) }
    }
}

extension TrackedObjects: Sequence {
    func makeIterator() -> some IteratorProtocol<(ObjectID, TrackedObject)> {
        objects.lazy.map { ($0.key, $0.value.content) }.makeIterator()
    }
}

/// A value that takes the room of a reference where it is not.
final class Boxed<Content: Sendable>: Sendable {
    let content: Content

    init(_ content: Content) { self.content = content }
}
