// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

extension YAMLReader {
    /// A complete node that aliases may name.
    struct Anchor {
        var value: Value
        var size: ExpandedSize
        /// Levels of nesting, itself included.
        var height: Int
        /// Its place in the layout; `nil` for a key.
        var node: Int?
    }

    /// An anchor on a container that is still open.
    struct OpenAnchor {
        var name: Text
        var depth: Int
        var sizeBefore: ExpandedSize
        var node: Int?
    }

    mutating func readAlias() throws(ReadingFailure) {
        guard let name = events.anchor else { return }
        guard let anchor = anchors[name] else {
            let isOpen = openAnchors.contains { $0.name == name }
            throw ReadingFailure(
                at: eventOffset(),
                isOpen ? "the anchor \(name.quoted) contains itself" : "no anchor \(name.quoted) before this alias",
                advice: isOpen ? nil : "anchors end with their document")
        }
        if frames.last?.expectsKey == true {
            guard anchor.height == 0 else { throw containerAsKey() }
            return try beginPair(key: anchor.value)
        }
        guard frames.count + anchor.height <= budget.depth else {
            throw ReadingFailure(at: eventOffset(), "nested deeper than \(budget.depth) levels, aliases expanded")
        }
        try count(anchor.size)
        recorder?.alias(start: events.start, end: events.end, target: anchor.node)
        add(anchor.value, height: anchor.height)
    }
}
