// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// What the places are for: one value or comment can be replaced by its bytes, and nothing else changes.
struct YAMLEdits {
    private let bytes: [UInt8]
    private let documents: [YAML.Document]
    private let values: [Value]

    init(_ bytes: [UInt8], _ documents: [YAML.Document]) {
        self.bytes = bytes
        self.documents = documents
        values = documents.map(\.value)
    }

    func check() throws {
        for (index, document) in documents.enumerated() {
            try Places.check(document.position(of: FieldPath()), in: bytes)
            for path in document.value.leaves().prefix(12) { try checkLeaf(path, of: document, index) }
        }
        try checkComments()
    }

    private func checkLeaf(_ path: FieldPath, of document: YAML.Document, _ index: Int) throws {
        try Places.check(document.position(of: path), in: bytes)
        try Places.check(document.keyPosition(of: path), in: bytes)
        guard let span = document.span(of: path) else { return }
        try require(bytes.indices.contains(span), "the span of \(path) lies outside the text")
        try require(document.position(of: path)?.offset == span.lowerBound, "\(path) has two places")
        // Where nothing stands, a value needs a space before it, and in braces more than that.
        guard !span.isEmpty, canEditAlone, !isLenient(around: span) else { return }
        let edited = bytes[..<span.lowerBound] + Array("\"Z\"".utf8) + bytes[span.upperBound...]
        var expected = values
        expected[index] = document.value.replacing(path.steps[...], with: "Z")
        let found = try YAML.read(Array(edited), tracking: .nothing).map(\.value)
        try require(found == expected, "replacing \(path) changes something else")
    }

    /// A tag stays when its value is replaced, and an alias brings the replacement elsewhere.
    private var canEditAlone: Bool {
        let hasMerge = zip(bytes, bytes.dropFirst()).contains { $0 == UInt8(ascii: "<") && $1 == UInt8(ascii: "<") }
        return !hasMerge && !bytes.contains(UInt8(ascii: "!")) && !bytes.contains(UInt8(ascii: "*"))
    }

    /// Where libyaml takes what stands there, and would not take a quoted text in its place.
    private func isLenient(around span: Range<Int>) -> Bool {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let isBreak = { (byte: UInt8) in byte == 0x0A || byte == 0x0D }
        // The last bytes of U+0085, U+2028 and U+2029, which end lines, too.
        let isRareBreak = { (byte: UInt8) in [0x85, 0xA8, 0xA9].contains(byte) }
        // A block that stands too far to the left.
        let before = bytes[..<span.lowerBound].last { !isBlank($0) }
        let isBlock = bytes[span.lowerBound] == UInt8(ascii: "|") || bytes[span.lowerBound] == UInt8(ascii: ">")
        if isBlock, before.map({ isBreak($0) || isRareBreak($0) }) ?? true { return true }
        // `&a:b`, an anchor and a text without a space between them.
        if bytes.contains(UInt8(ascii: "&")), let last = bytes[..<span.lowerBound].last,
            !(last <= 0x20 || [0x85, 0xA8, 0xA9].contains(last) || "[{,:".utf8.contains(last))
        {
            return true
        }
        // Lines of tabs behind a plain text.
        let rare: Set<UInt8> = [0xC2, 0x85, 0xE2, 0x80, 0xA8, 0xA9]
        let after = bytes[span.upperBound...].prefix { isBlank($0) || isBreak($0) || rare.contains($0) }
        return after.contains(0x09)
    }

    private func checkComments() throws {
        let comments = documents.flatMap(\.comments)
        var end = 0
        var edited: [UInt8] = []
        for comment in comments {
            let span = comment.span
            try require(span.lowerBound >= end && bytes.indices.contains(span), "comments overlap")
            try require(Array(bytes[span]) == Array(comment.text.utf8), "a comment and its text differ")
            try require(comment.text.utf8.first == UInt8(ascii: "#"), "a comment begins otherwise")
            try require(!bytes[span].contains { $0 == 0x0A || $0 == 0x0D }, "a comment of two lines")
            edited += bytes[end..<span.lowerBound] + [UInt8(ascii: "#")]
            end = span.upperBound
        }
        edited += bytes[end...]
        let again = try YAML.read(edited, tracking: .comments)
        try require(again.map(\.value) == values, "emptying comments changes values")
        try require(again.flatMap(\.comments).count == comments.count, "emptying comments changes their number")
    }
}

extension Range<Int> {
    fileprivate func contains(_ other: Range<Int>) -> Bool {
        lowerBound <= other.lowerBound && other.upperBound <= upperBound
    }
}
