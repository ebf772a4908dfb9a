// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// A stack whose top part becomes an array of exactly its size by a move: no reference is counted twice on the way
/// from a reader into the tree.
///
/// Every index that reaches memory is checked against `count`.
struct MoveStack<Element>: ~Copyable {
    private var storage: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count = 0

    init() {
        capacity = 64
        storage = .allocate(capacity: capacity)
    }

    deinit {
        storage.deinitialize(count: count)
        storage.deallocate()
    }

    mutating func push(_ element: consuming Element) {
        if count == capacity { grow() }
        (storage + count).initialize(to: element)
        count &+= 1
    }

    /// Removes and returns everything from `start` on.
    mutating func take(from start: Int) -> [Element] {
        guard start >= 0, start < count else { return [] }
        let source = storage + start
        let amount = count &- start
        count = start
        return Array(unsafeUninitializedCapacity: amount) { buffer, initialized in
            buffer.baseAddress?.moveInitialize(from: source, count: amount)
            initialized = amount
        }
    }

    mutating func drop(from start: Int) {
        guard start >= 0, start < count else { return }
        (storage + start).deinitialize(count: count &- start)
        count = start
    }

    /// Changes the topmost element; nothing on an empty stack.
    @inline(__always)
    mutating func withLast(_ body: (inout Element) -> Void) {
        if count > 0 { body(&storage[count &- 1]) }
    }

    /// Whether some element from `start` on satisfies the condition.
    @inline(__always)
    func contains(from start: Int, where condition: (borrowing Element) -> Bool) -> Bool {
        var index = max(start, 0)
        while index < count {
            if condition(storage[index]) { return true }
            index &+= 1
        }
        return false
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity &* 2)
        larger.moveInitialize(from: storage, count: count)
        storage.deallocate()
        storage = larger
        capacity &*= 2
    }
}
