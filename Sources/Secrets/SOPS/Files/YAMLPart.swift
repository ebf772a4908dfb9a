// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// One document of a stream, with the marker before it and the comments around.
struct YAMLPart: Sendable {
    /// `nil` when there is nothing but comments.
    let document: YAML.Document?
    let items: [FileItem]
    let nextSlot: Int
    private let bytes: [UInt8]
    private let places: [Int: YAMLPlace]

    init(_ bytes: [UInt8], firstLine: Int, firstSlot: Int) throws(SecretsError) {
        var bytes = bytes
        var document = try Self.read(bytes, firstLine)
        if let root = document?.value, root.objectValue == nil {
            if case .null = root {
                document = nil
            } else {
                throw SecretsError(.unsupported, "only maps can be encrypted, and this document is \(root.kindInWords)")
            }
        }
        if let found = document, !YAMLWalk.canEdit(found, bytes) {
            // Where values stand behind aliases or on one line with others, the document is written anew.
            bytes = Self.marker(of: bytes) + YAML.write(found.value)
            document = try Self.read(bytes, firstLine)
        }
        self.bytes = bytes
        self.document = document
        guard let document else {
            (items, places, nextSlot) = ([], [:], firstSlot)
            return
        }
        var walk = YAMLWalk(document, bytes, firstSlot: firstSlot)
        try walk.run()
        (items, places, nextSlot) = (walk.items, walk.places, walk.slot)
    }

    private static func read(_ bytes: [UInt8], _ firstLine: Int) throws(SecretsError) -> YAML.Document? {
        do throws(ReadingError) {
            return try YAML.read(bytes, tracking: .comments, keys: .asWritten).first
        } catch {
            var error = error
            error.position?.line += firstLine - 1
            throw SecretsError(error)
        }
    }

    /// The `---` line that a part begins with.
    private static func marker(of bytes: [UInt8]) -> [UInt8] {
        guard bytes.starts(with: "---".utf8) else { return [] }
        return Array("---\n".utf8)
    }

    /// A part ends before the next line that begins with `---`. Such a line is a marker wherever it stands.
    static func ranges(in bytes: [UInt8]) -> [(Range<Int>, line: Int)] {
        var ranges: [(Range<Int>, line: Int)] = []
        var start = 0
        var startLine = 1
        var line = 1
        var offset = 0
        while offset < bytes.count {
            if offset > start, isMarker(bytes[offset...]) {
                ranges.append((start..<offset, startLine))
                (start, startLine) = (offset, line)
            }
            offset = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
            line += 1
        }
        ranges.append((start..<bytes.count, startLine))
        return ranges
    }

    private static func isMarker(_ rest: ArraySlice<UInt8>) -> Bool {
        guard rest.starts(with: "---".utf8) else { return false }
        guard let next = rest.dropFirst(3).first else { return true }
        return next == 0x20 || next == 0x09 || next == 0x0A || next == 0x0D
    }

    // MARK: Writing

    func write(_ replacements: [Int: Replacement], metadata: Value?) throws(SecretsError) -> [UInt8] {
        guard let document else { return bytes }
        var edits: [(Range<Int>, [UInt8])] = []
        for (slot, place) in places {
            guard let replacement = replacements[slot] else { continue }
            var text = try place.text(for: replacement)
            if Self.isLiteral(text[...]), case .plain(let scalar) = replacement, hasComment(below: place.span) {
                // It would become a line of the literal.
                text = JSON.write(try Value(scalar))
            }
            // Blank lines belong to a literal that keeps them, before and after.
            let keepsBreaks = Self.keepsBreaks(bytes[place.span]) || Self.keepsBreaks(text[...])
            let isLiteral = Self.isLiteral(text[...])
            let end = keepsBreaks || isLiteral ? endOfBlankLines(from: place.span.upperBound) : place.span.upperBound
            // Spaces in the blank lines behind would be a literal's own, if it is indented less than they are.
            let feeds = keepsBreaks ? [] : bytes[place.span.upperBound..<end].filter { $0 == UInt8(ascii: "\n") }
            edits.append((place.span.lowerBound..<end, gap(before: place.span) + text + feeds))
        }
        if let range = metadataLines(of: document) { edits.append((range, [])) }
        var output: [UInt8] = []
        var offset = 0
        for (range, text) in edits.sorted(by: { $0.0.lowerBound < $1.0.lowerBound }) {
            guard range.lowerBound >= offset else { continue }
            output += bytes[offset..<range.lowerBound]
            output += text
            offset = range.upperBound
        }
        output += bytes[offset...]
        guard let metadata else { return output }
        if let last = output.last, last != UInt8(ascii: "\n") { output.append(UInt8(ascii: "\n")) }
        let margin = [UInt8](repeating: UInt8(ascii: " "), count: indentation(of: document))
        let lines = YAML.write([SOPSMetadata.key: metadata])
        guard !margin.isEmpty else { return output + lines }
        let feed = UInt8(ascii: "\n")
        for line in lines.split(separator: feed, omittingEmptySubsequences: false).dropLast() {
            output += (line.isEmpty ? [] : margin) + line + [feed]
        }
        return output
    }

    /// How far the keys of the map are indented, which all have to be alike.
    private func indentation(of document: YAML.Document) -> Int {
        guard let first = document.value.objectValue?.pairs.first?.key,
            let key = document.keySpan(of: FieldPath([.key(first)]))
        else { return 0 }
        let start = bytes[..<key.lowerBound].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return bytes[start..<key.lowerBound].prefix { $0 == 0x20 }.count
    }

    /// What is nothing but a tag has no space behind it, and some texts need none behind an anchor.
    private func gap(before span: Range<Int>) -> [UInt8] {
        guard span.lowerBound > 0 else { return [] }
        return " \t\r\n[{,:".utf8.contains(bytes[span.lowerBound - 1]) ? [] : [0x20]
    }

    /// Whether a comment that is indented follows the line of a value, with nothing but blank lines between.
    private func hasComment(below span: Range<Int>) -> Bool {
        guard let end = bytes[span.upperBound...].firstIndex(of: UInt8(ascii: "\n")) else { return false }
        var start = end + 1
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\n"): start = index + 1
            case 0x20, 0x0D: break
            default: return bytes[index] == UInt8(ascii: "#") && index > start
            }
            index += 1
        }
        return false
    }

    private static func isLiteral(_ text: ArraySlice<UInt8>) -> Bool {
        text.first == UInt8(ascii: "|") || text.first == UInt8(ascii: ">")
    }

    /// `|+`, `|2+` …
    private static func keepsBreaks(_ text: ArraySlice<UInt8>) -> Bool {
        isLiteral(text) && text.prefix(3).prefix { $0 != UInt8(ascii: "\n") }.contains(UInt8(ascii: "+"))
    }

    /// Before the line feed that ends the last of the blank lines behind a value.
    private func endOfBlankLines(from offset: Int) -> Int {
        var end = offset
        var index = offset
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x0D || bytes[index] == 0x0A {
            if bytes[index] == 0x0A { end = index }
            index += 1
        }
        return end
    }

    /// The lines of `sops` and all below it.
    private func metadataLines(of document: YAML.Document) -> Range<Int>? {
        let path = FieldPath([.key(SOPSMetadata.key)])
        guard let key = document.keySpan(of: path), let value = document.span(of: path) else { return nil }
        let start = bytes[..<key.lowerBound].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        // A flow map may go on behind the last value in it, but not beyond its line.
        let end = bytes[value.upperBound...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
        return start..<end
    }
}
