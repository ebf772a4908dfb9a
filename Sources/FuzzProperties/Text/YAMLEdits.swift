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
        guard !span.isEmpty, canEditAlone, !beginsLineAsBlock(span.lowerBound) else { return }
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

    /// libyaml takes a block that stands too far to the left, and no other text there.
    private func beginsLineAsBlock(_ offset: Int) -> Bool {
        let before = bytes[..<offset].last { $0 != 0x20 && $0 != 0x09 }
        let isFirst = before == nil || before == 0x0A || before == 0x0D
        return isFirst && (bytes[offset] == UInt8(ascii: "|") || bytes[offset] == UInt8(ascii: ">"))
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
