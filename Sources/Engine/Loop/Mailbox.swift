// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model
import Synchronization

/// Where watchers leave word: which objects of which units may have changed. Folded, so that it never grows beyond the
/// watched objects, however fast events come; whoever waits is woken once.
package final class Mailbox: Sendable {
    private let changed = Mutex<[UnitID: Set<ObjectID>]>([:])
    private let closed = Mutex(false)
    private let wake: AsyncStream<Void>.Continuation
    /// One consumer: the engine's loop.
    package let wakeUps: AsyncStream<Void>

    package init() {
        (wakeUps, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// An empty set means that any object may have changed, and absorbs what else comes for the unit.
    package func leave(_ unit: UnitID, _ objects: Set<ObjectID>) {
        changed.withLock { changed in
            if objects.isEmpty || changed[unit]?.isEmpty == true {
                changed[unit] = []
            } else {
                changed[unit, default: []].formUnion(objects)
            }
        }
        wake.yield()
    }

    package func ring() { wake.yield() }

    /// Nothing more is begun: what runs comes to the end of its act, then the loop ends.
    package func close() {
        closed.withLock { $0 = true }
        wake.yield()
    }

    var isClosed: Bool { closed.withLock(\.self) }

    func take() -> [UnitID: Set<ObjectID>] {
        changed.withLock { changed in
            defer { changed = [:] }
            return changed
        }
    }
}
