// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

extension YAML {
    /// A comment, from its `#` to the end of the line.
    package struct Comment: Sendable, Hashable {
        /// Its bytes in the text that was read.
        package var span: Range<Int>
        package var text: Text
        /// Nothing but space stands before it on its line.
        package var isWholeLine: Bool
    }
}

/// Finds comments, which libyaml passes over, in the gaps between the scalars that it found.
struct CommentScanner {
    private let bytes: UnsafeRawBufferPointer
    private let markLength: Int

    init(_ bytes: UnsafeRawBufferPointer, markLength: Int) {
        self.bytes = bytes
        self.markLength = markLength
    }

    func comments(in region: Range<Int>, around nodes: [Layout.Node]) -> [YAML.Comment] {
        var comments: [YAML.Comment] = []
        var start = region.lowerBound
        for node in nodes {
            if let key = node.keySpan { scan(&start, token: key, into: &comments) }
            if case .container = node.kind { continue }
            // A merge may be a container; what it holds is noted behind it.
            if case .merge = node.kind, node.next > 0, isContainer(at: node.span.lowerBound) { continue }
            scan(&start, token: node.span, into: &comments)
        }
        scan(start..<region.upperBound, into: &comments)
        return comments
    }

    private func isContainer(at offset: Int) -> Bool {
        offset < bytes.count && bytes[offset] != UInt8(ascii: "*")
    }

    private func scan(_ start: inout Int, token: Range<Int>, into comments: inout [YAML.Comment]) {
        if token.lowerBound > start { scan(start..<token.lowerBound, into: &comments) }
        start = max(start, token.upperBound)
        guard let first = token.first, first < bytes.count,
            bytes[first] == UInt8(ascii: "|") || bytes[first] == UInt8(ascii: ">")
        else { return }
        // The line that opens a block scalar may end with a comment.
        scan(first..<YAMLSpace.lineEnd(from: first, limit: token.upperBound, in: bytes), into: &comments)
    }

    private func scan(_ gap: Range<Int>, into comments: inout [YAML.Comment]) {
        var index = gap.lowerBound
        while index < gap.upperBound {
            guard bytes[index] == UInt8(ascii: "#"), isBehindSpace(index) else {
                index += 1
                continue
            }
            let end = YAMLSpace.lineEnd(from: index, limit: gap.upperBound, in: bytes)
            let text = String(decoding: bytes[index..<end], as: UTF8.self)
            comments.append(
                YAML.Comment(
                    span: index + markLength..<end + markLength, text: Text(text), isWholeLine: isFirstOnLine(index)))
            index = end
        }
    }

    private func isFirstOnLine(_ offset: Int) -> Bool {
        var index = offset
        while index > 0, YAMLSpace.isBlank(bytes[index - 1]) { index -= 1 }
        return index == 0 || YAMLSpace.breakLength(before: index, in: bytes) > 0
    }

    private func isBehindSpace(_ offset: Int) -> Bool {
        offset == 0 || YAMLSpace.isBlank(bytes[offset - 1]) || YAMLSpace.breakLength(before: offset, in: bytes) > 0
    }
}
