// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// A cache of bounded cost that forgets what was not used for a while: two generations, of which the older one is
/// dropped when the younger one is full.
struct RecentCache<Key: Hashable, Value> {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private var cost = 0
    private let limit: Int

    /// - Parameter limit: the cost of one generation; at most twice as much is held.
    init(limit: Int) { self.limit = limit }

    mutating func value(for key: Key, cost: (Value) -> Int) -> Value? {
        if let value = young[key] { return value }
        guard let value = old.removeValue(forKey: key) else { return nil }
        insert(value, for: key, cost: cost(value))
        return value
    }

    mutating func insert(_ value: Value, for key: Key, cost added: Int) {
        guard added <= limit / 2 else { return }
        if cost + added > limit {
            old = young
            young = [:]
            cost = 0
        }
        if young.updateValue(value, forKey: key) == nil { cost += added }
    }

    mutating func removeAll() {
        young = [:]
        old = [:]
        cost = 0
    }
}
