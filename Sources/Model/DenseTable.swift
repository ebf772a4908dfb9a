// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// A dictionary for tens of thousands, that lie one after the other: see ``Roster``.
package struct DenseTable<Key: Hashable, Value> {
    private var roster = Roster<Key>()
    /// By their keys' numbers.
    private var items: [Value] = []

    package init() {}

    package var count: Int { items.count }
    package var isEmpty: Bool { items.isEmpty }
    package var keys: some Collection<Key> { roster.members }
    package var values: some Collection<Value> { items }
    /// How many have room, for tests.
    package var room: Int { items.capacity }

    package subscript(key: Key) -> Value? {
        get { roster.number(of: key).map { items[$0] } }
        set {
            guard let newValue else { return remove(key) }
            let (number, isNew) = roster.insert(key)
            if isNew { items.appendTightly(newValue) } else { items[number] = newValue }
        }
    }

    private mutating func remove(_ key: Key) {
        guard let number = roster.remove(key) else { return }
        items.swapAt(number, items.count - 1)
        items.removeLast()
        if items.capacity > 1024, items.count * 4 < items.capacity { items.tighten() }
    }
}

extension DenseTable: Sequence {
    package func makeIterator() -> some IteratorProtocol<(key: Key, value: Value)> {
        zip(roster.members, items).lazy.map { (key: $0, value: $1) }.makeIterator()
    }
}

extension DenseTable: Sendable where Key: Sendable, Value: Sendable {}
