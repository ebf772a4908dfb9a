// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// A map with unique keys in the order they were written.
///
/// Kept as an array of pairs (measured: half the memory of a dictionary). Look-ups scan, which beats hashing at the
/// sizes manifests have; a map that is searched often and large is indexed by whoever searches it.
package struct Object: Sendable {
    package typealias Pair = (key: Text, value: Value)
    package private(set) var pairs: [Pair]

    package init() { pairs = [] }

    /// The caller vouches that the keys are unique.
    package init(uniquePairs pairs: [Pair]) { self.pairs = pairs }

    package var count: Int { pairs.count }
    package var isEmpty: Bool { pairs.isEmpty }
    package var keys: [Text] { pairs.map(\.key) }

    package subscript(key: Text) -> Value? {
        get {
            for pair in pairs where pair.key == key { return pair.value }
            return nil
        }
        set {
            guard let index = pairs.firstIndex(where: { $0.key == key }) else {
                if let newValue { pairs.append((key, newValue)) }
                return
            }
            if let newValue { pairs[index].value = newValue } else { pairs.remove(at: index) }
        }
    }

    /// Changes the value of a key in place, without copying what it holds; `nil` when there is no such key.
    package mutating func edit<Result, Failure: Error>(
        _ key: Text, _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard let index = pairs.firstIndex(where: { $0.key == key }) else { return nil }
        return try body(&pairs[index].value)
    }

    /// The value of the pair at an index, which the caller vouches for, to be changed in place.
    package subscript(at index: Int) -> Value {
        get { pairs[index].value }
        _modify { yield &pairs[index].value }
    }

    /// The same pairs, ordered by the bytes of their keys.
    package var sortedByKey: [Pair] { pairs.sorted { $0.key < $1.key } }
}

extension Object: ExpressibleByDictionaryLiteral {
    /// Later duplicates of a key replace earlier ones.
    package init(dictionaryLiteral elements: (Text, Value)...) {
        pairs = []
        for (key, value) in elements { self[key] = value }
    }
}

extension Object: Hashable {
    package static func == (left: Object, right: Object) -> Bool {
        guard left.count == right.count else { return false }
        // The common case: both came from the same kind of writer, in the same order.
        var inOrder = true
        for (a, b) in zip(left.pairs, right.pairs) {
            guard a.key == b.key else {
                inOrder = false
                break
            }
            guard a.value == b.value else { return false }
        }
        if inOrder { return true }
        let other = Dictionary(right.pairs.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        return left.pairs.allSatisfy { other[$0.key] == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        for pair in sortedByKey {
            hasher.combine(pair.key)
            hasher.combine(pair.value)
        }
    }
}
