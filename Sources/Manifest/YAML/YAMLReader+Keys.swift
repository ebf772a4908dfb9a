// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

extension YAMLReader {
    /// The current event is a scalar where a key is expected.
    mutating func readKey() throws(ReadingFailure) {
        let bytes = events.scalarBytes
        if events.isPlain, bytes.count == 2, bytes.allSatisfy({ $0 == UInt8(ascii: "<") }), events.tag == nil {
            return try beginMerge()
        }
        let isText = !events.isPlain || keys == .asWritten || PlainScalar(bytes, scalars) == .text
        if events.isBare, isText { return try beginPair(utf8: bytes) }
        let value = isText && events.tag == nil ? .string(Self.text(bytes)) : try scalarValue(bytes)
        if let name = events.anchor {
            anchors[name] = Anchor(
                value: value, size: ExpandedSize(nodes: 1, bytes: bytes.count), height: 0, node: nil)
        }
        try beginPair(key: value)
    }

    /// Begins a pair with a key that is the current event and surely a text.
    private mutating func beginPair(utf8 bytes: UnsafeBufferPointer<UInt8>) throws(ReadingFailure) {
        if !builder.key(utf8: bytes) {
            let key = Text(String(decoding: bytes, as: UTF8.self))
            if duplicates == .lastWins { return beginPairAgain(key) }
            throw ReadingFailure(at: eventOffset(), "duplicate key \(key.quoted)")
        }
        recorder?.key(start: events.start, end: events.end)
        expectValue()
    }

    /// Begins a pair with a key that is at the current event. Keys that are no texts become such as `kubectl` has it.
    mutating func beginPair(key value: Value) throws(ReadingFailure) {
        guard let key = keyText(value) else {
            throw ReadingFailure(
                at: eventOffset(), "\(value.kindInWords) as a key", advice: "quote it to make it a text")
        }
        if !builder.key(key) {
            if duplicates == .lastWins { return beginPairAgain(key) }
            throw ReadingFailure(at: eventOffset(), "duplicate key \(key.quoted)")
        }
        recorder?.key(start: events.start, end: events.end)
        expectValue()
    }

    private mutating func beginPairAgain(_ key: Text) {
        builder.keyAgain(key)
        recorder?.key(start: events.start, end: events.end)
        expectValue()
    }

    func containerAsKey() -> ReadingFailure {
        var offsets = offsets
        let offset = offsets.byteOffset(of: events.start)
        let isTemplate = offset > 0 && bytes[offset - 1] == UInt8(ascii: "{")
        return ReadingFailure(
            at: offset, "a map or list as a key",
            advice: isTemplate ? YAML.templateAdvice : "keys are texts; quote what is meant as one")
    }

    private mutating func expectValue() {
        guard !frames.isEmpty else { return }
        frames[frames.count - 1].expectsKey = false
    }

    private func keyText(_ value: Value) -> Text? {
        if scalars == .verbatim { return value.stringValue }
        return switch value {
        case .string(let text): text
        case .bool(let bool): bool ? "true" : "false"
        case .number(let number): number.keyText
        case .null, .array, .object, .secret: nil
        }
    }
}

/// Merge keys: `<<: *defaults` takes over the pairs of another map that the map itself does not have.
extension YAMLReader {
    struct Merge {
        /// The depth of the map that holds the `<<`.
        var depth: Int
        /// Where its value is expected among the pairs of that map.
        var offset: Int
        var node: Int?
    }

    private static var mergeKey: Text { "<<" }

    private mutating func beginMerge() throws(ReadingFailure) {
        // The quoted key `"<<"` is an ordinary one, and would be taken for the merge below.
        guard builder.key(Self.mergeKey) else {
            throw ReadingFailure(at: eventOffset(), "duplicate key \"<<\"", advice: "merge a list: <<: [*a, *b]")
        }
        recorder?.key(start: events.start, end: events.end)
        merges.append(Merge(depth: frames.count - 1, offset: eventOffset(), node: recorder?.nextNode))
        expectValue()
    }

    /// The map with the pairs of its `<<` put in place of it. Its own pairs win; of several merged maps the earlier.
    mutating func mergedObject(_ pairs: [Object.Pair]) throws(ReadingFailure) -> Object {
        guard let merge = merges.last, merge.depth == frames.count,
            let index = pairs.firstIndex(where: { $0.key == Self.mergeKey })
        else { return Object(uniquePairs: pairs) }
        merges.removeLast()
        var seen = Set(pairs.map(\.key))
        var taken: [Object.Pair] = []
        for source in try sources(of: pairs[index].value, at: merge.offset) {
            for pair in source.pairs where seen.insert(pair.key).inserted { taken.append(pair) }
        }
        if let node = merge.node { recorder?.setMergedCount(taken.count, of: node) }
        var all = pairs
        all.replaceSubrange(index...index, with: taken)
        return Object(uniquePairs: all)
    }

    private func sources(of value: Value, at offset: Int) throws(ReadingFailure) -> [Object] {
        if case .object(let object) = value { return [object] }
        if case .array(let items) = value {
            let objects = items.compactMap(\.objectValue)
            if objects.count == items.count { return objects }
        }
        throw ReadingFailure(at: offset, "a merge of \(value.kindInWords)", advice: "<< takes a map or a list of maps")
    }
}
