// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Builds one value from what a reader meets in the text, in order. Counts nothing and knows no syntax.
///
/// A reader calls `open…`, `key`, `add` and `close…` as the grammar says; calls that fit no open container are
/// ignored rather than trusted.
struct ValueBuilder: ~Copyable {
    private struct Frame {
        /// Where the container's part of its stack begins.
        var start: Int
        var isMap: Bool
        var hasKeySet = false
        var hasDuplicates = false
    }

    /// Above this many keys a map is searched by hash instead of by scanning.
    private static let scanned = 16

    private var frames: [Frame] = []
    private var items = MoveStack<Value>()
    private var pairs = MoveStack<Object.Pair>()
    /// Beside `pairs`: enough of each key to tell most keys apart without looking at them.
    private var prints = MoveStack<UInt64>()
    /// One for each open map above the limit, innermost last.
    private var keySets: [Set<Text>] = []
    private var cache = KeyCache()
    private(set) var root: Value?

    /// Open containers.
    var depth: Int { frames.count }
    var isInMap: Bool { frames.last?.isMap ?? false }

    mutating func openList() { frames.append(Frame(start: items.count, isMap: false)) }
    mutating func openMap() { frames.append(Frame(start: pairs.count, isMap: true)) }

    /// Begins a pair; its value comes with the next `add`. False when the open map has that key already.
    mutating func key(_ key: Text) -> Bool {
        self.key(key, print: key.withBytes(KeyCache.fingerprint))
    }

    /// The same with a key as the UTF-8 bytes that stand in the text.
    mutating func key(utf8 bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let print = KeyCache.fingerprint(bytes)
        return key(cache.text(of: bytes, print: print), print: print)
    }

    private mutating func key(_ key: Text, print: UInt64) -> Bool {
        guard let frame = frames.last, frame.isMap else { return true }
        if frame.hasKeySet {
            guard keySets[keySets.count - 1].insert(key).inserted else { return false }
        } else {
            if prints.contains(from: frame.start, where: { $0 == print }),
                pairs.contains(from: frame.start, where: { $0.key == key })
            {
                return false
            }
            if pairs.count - frame.start == Self.scanned { startKeySet(of: frame.start, adding: key) }
        }
        prints.push(print)
        pairs.push((key, .null))
        return true
    }

    /// Begins a pair with a key that the open map has already; the last of them stays.
    mutating func keyAgain(_ key: Text) {
        guard !frames.isEmpty else { return }
        frames[frames.count - 1].hasDuplicates = true
        prints.push(key.withBytes(KeyCache.fingerprint))
        pairs.push((key, .null))
    }

    mutating func add(_ value: consuming Value) {
        guard let frame = frames.last else {
            root = value
            return
        }
        guard frame.isMap else { return items.push(value) }
        var value: Value? = consume value
        pairs.withLast { pair in
            if let value = value.take() { pair.value = value }
        }
    }

    mutating func closeList() {
        add(.array(takeList()))
    }

    /// Closes the innermost list and hands out its items instead of adding it.
    mutating func takeList() -> [Value] {
        guard let frame = frames.popLast() else { return [] }
        return items.take(from: frame.start)
    }

    mutating func closeMap() {
        add(.object(Object(uniquePairs: takeMap())))
    }

    /// Closes the innermost map and hands out its pairs instead of adding it.
    mutating func takeMap() -> [Object.Pair] {
        guard let frame = frames.popLast() else { return [] }
        if frame.hasKeySet { keySets.removeLast() }
        prints.drop(from: frame.start)
        let taken = pairs.take(from: frame.start)
        guard frame.hasDuplicates else { return taken }
        var unique = Object()
        for (key, value) in taken { unique[key] = value }
        return unique.pairs
    }

    /// The finished value; the builder is empty again.
    mutating func takeRoot() -> Value? {
        let value = root
        root = nil
        return value
    }

    private mutating func startKeySet(of start: Int, adding key: Text) {
        var keys = Set<Text>(minimumCapacity: Self.scanned * 4)
        _ = pairs.contains(from: start) { pair in
            keys.insert(pair.key)
            return false
        }
        keys.insert(key)
        keySets.append(keys)
        frames[frames.count - 1].hasKeySet = true
    }
}
