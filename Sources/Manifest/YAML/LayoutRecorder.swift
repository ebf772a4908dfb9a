// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Notes where things stand while a document is read.
struct LayoutRecorder {
    private struct Open {
        var node: Int
        var isFlow: Bool
    }

    private let bytes: UnsafeRawBufferPointer
    private let lines: LineTable
    private let tracking: YAML.Tracking
    private let markLength: Int
    private var offsets: CharacterOffsets
    private var nodes: [Layout.Node] = []
    private var open: [Open] = []
    private var pendingKey: Range<Int32>?
    /// Where the current document's part of the text begins.
    private var documentStart = 0

    init(_ bytes: UnsafeRawBufferPointer, isASCII: Bool, tracking: YAML.Tracking, markLength: Int) {
        self.bytes = bytes
        self.tracking = tracking
        self.markLength = markLength
        lines = LineTable(bytes)
        offsets = CharacterOffsets(bytes, isASCII: isASCII)
    }

    /// The record of the value that was noted last.
    var lastNode: Int { nodes.count - 1 }
    /// The record that the next value will have.
    var nextNode: Int { nodes.count }

    // Places are libyaml's, in code points.

    mutating func key(start: Int, end: Int) {
        pendingKey = span(start, end)
    }

    mutating func scalar(start: Int, end: Int) {
        note(span(start, end), kind: .scalar)
    }

    mutating func alias(start: Int, end: Int, target: Int?) {
        note(span(start, end), kind: .alias(target.map { Int32(truncatingIfNeeded: $0) }))
    }

    mutating func open(start: Int, isFlow: Bool, isMap: Bool) {
        let start = Int32(truncatingIfNeeded: content(from: offsets.byteOffset(of: start), limit: bytes.count))
        note(start..<start, kind: .container)
        open.append(Open(node: lastNode, isFlow: isFlow))
    }

    mutating func close(end: Int) {
        guard let closed = open.popLast() else { return }
        nodes[closed.node].next = Int32(truncatingIfNeeded: nodes.count)
        // The end of a block is noticed only at what follows it, comments passed.
        nodes[closed.node].end =
            closed.isFlow ? Int32(truncatingIfNeeded: offsets.byteOffset(of: end)) : endOfLastChild(closed.node)
    }

    mutating func setMergedCount(_ count: Int, of node: Int) {
        if nodes.indices.contains(node) { nodes[node].kind = .merge(Int32(truncatingIfNeeded: count)) }
    }

    /// The finished document's layout; the recorder is ready for the next.
    mutating func takeLayout(endingAt end: Int) -> Layout {
        let end = offsets.byteOffset(of: end)
        var comments: [YAML.Comment] = []
        if case .comments = tracking {
            comments = CommentScanner(bytes, markLength: markLength).comments(
                in: documentStart..<max(end, documentStart), around: nodes)
        }
        // A copy of exact size, so that the room for growing serves the next document too.
        let exact = nodes.withUnsafeBufferPointer { Array($0) }
        let layout = Layout(nodes: exact, comments: comments, lines: lines, markLength: markLength)
        documentStart = max(end, documentStart)
        nodes.removeAll(keepingCapacity: true)
        open.removeAll()
        pendingKey = nil
        return layout
    }

    private mutating func note(_ span: Range<Int32>, kind: Layout.Kind) {
        let key = pendingKey
        pendingKey = nil
        nodes.append(
            Layout.Node(
                keyStart: key?.lowerBound ?? -1, keyEnd: key?.upperBound ?? -1, start: span.lowerBound,
                end: span.upperBound, next: Int32(truncatingIfNeeded: nodes.count + 1), kind: kind))
    }

    private func endOfLastChild(_ node: Int) -> Int32 {
        // The last record that was noted lies in it, and its end is known: containers close from within.
        var end = nodes[node].start
        var index = node + 1
        while index < nodes.count {
            end = max(end, nodes[index].end, nodes[index].keyEnd)
            index = Int(nodes[index].next)
        }
        return end
    }

    /// The bytes of a scalar or alias without its anchor and tag, and without the line break behind a block scalar.
    private mutating func span(_ start: Int, _ end: Int) -> Range<Int32> {
        let limit = offsets.byteOffset(of: end)
        let start = min(content(from: offsets.byteOffset(of: start), limit: limit), limit)
        let isBlock = start < limit && (bytes[start] == UInt8(ascii: "|") || bytes[start] == UInt8(ascii: ">"))
        let end = isBlock ? endOfBlockScalar(from: start, limit: limit) : limit
        return Int32(truncatingIfNeeded: start)..<Int32(truncatingIfNeeded: end)
    }

    private func endOfBlockScalar(from start: Int, limit: Int) -> Int {
        // Blanks at the end of the last line are part of the text, and the breaks behind it are not.
        var end = start
        var index = start
        while index < limit {
            let space = YAMLSpace.length(at: index, in: bytes)
            index += max(space, 1)
            if space == 0 { end = index }
        }
        while end < limit, YAMLSpace.isBlank(bytes[end]) { end += 1 }
        return end
    }

    /// The offset of a node's content: behind its anchor and tag, and the space and comments that follow these.
    private func content(from start: Int, limit: Int) -> Int {
        var index = start
        while index < limit, bytes[index] == UInt8(ascii: "&") || bytes[index] == UInt8(ascii: "!") {
            index = endOfProperty(from: index, limit: limit)
            skipSpaceAndComments(&index, limit: limit)
        }
        return index
    }

    /// An anchor ends with its last letter or digit, a tag only before space.
    private func endOfProperty(from start: Int, limit: Int) -> Int {
        let isAnchor = bytes[start] == UInt8(ascii: "&")
        var index = start + 1
        while index < limit, isAnchor ? Self.isInName(bytes[index]) : YAMLSpace.length(at: index, in: bytes) == 0 {
            index += 1
        }
        return index
    }

    private static func isInName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private func skipSpaceAndComments(_ index: inout Int, limit: Int) {
        while index < limit {
            let space = YAMLSpace.length(at: index, in: bytes)
            if space > 0 {
                index += space
            } else if bytes[index] == UInt8(ascii: "#") {
                index = YAMLSpace.lineEnd(from: index, limit: limit, in: bytes)
            } else {
                return
            }
        }
    }
}
