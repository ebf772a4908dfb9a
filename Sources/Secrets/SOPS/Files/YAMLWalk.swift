// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// The walk over one YAML document: values and comments in their order, and where each stands.
///
/// Types are those of SOPS's reader (yaml.v3), which knows fewer words for booleans than `kubectl`, and takes dates for
/// moments. Comments go where it puts them: before the value whose line they end, else between their neighbours.
struct YAMLWalk {
    private(set) var items: [FileItem] = []
    private(set) var places: [Int: YAMLPlace] = [:]
    private(set) var slot: Int
    private let document: YAML.Document
    private let bytes: [UInt8]
    private var comments: ArraySlice<YAML.Comment>
    /// Of what was walked last.
    private var lastEnd = 0
    private(set) var lines = LineFinder()

    init(_ document: YAML.Document, _ bytes: [UInt8], firstSlot: Int) {
        self.document = document
        self.bytes = bytes
        slot = firstSlot
        comments = document.comments[...]
    }

    /// Whether each value stands in the text itself, and metadata can be put below it.
    static func canEdit(_ document: YAML.Document, _ bytes: [UInt8]) -> Bool {
        guard let root = document.span(of: FieldPath()), root.lowerBound < bytes.count,
            bytes[root.lowerBound] != UInt8(ascii: "{")
        else { return false }
        // With few exceptions an alias or a merge is an asterisk.
        guard bytes.contains(UInt8(ascii: "*")) else { return true }
        return isOwn(document.value, FieldPath(), document)
    }

    private static func isOwn(_ value: Value, _ path: FieldPath, _ document: YAML.Document) -> Bool {
        guard document.span(of: path) != nil else { return false }
        return switch value {
        case .object(let object): object.pairs.allSatisfy { isOwn($0.value, path.appending($0.key), document) }
        case .array(let list): list.indices.allSatisfy { isOwn(list[$0], path.appending($0), document) }
        default: true
        }
    }

    mutating func run() throws(SecretsError) {
        try walk(document.value, at: FieldPath(), keys: [], isFlow: false, indentation: 0)
        // What is left stands behind the last value, or below `sops`.
        flush(before: bytes.count, in: [])
    }

    private mutating func walk(
        _ value: Value, at path: FieldPath, keys: [Text], isFlow: Bool, indentation: Int
    ) throws(SecretsError) {
        switch value {
        case .null, .secret: break
        case .object(let object):
            let isFlow = isFlow || begins(at: path, with: "{")
            items.append(.enter)
            var column = 0
            for (key, value) in object.pairs {
                if path.isEmpty && key == SOPSMetadata.key {
                    skipMetadata()
                    continue
                }
                let child = path.appending(key)
                let start = document.keySpan(of: child)?.lowerBound ?? 0
                let begin = begin(ofNodeAt: start)
                column = self.column(of: begin)
                flush(before: start, in: keys)
                try walk(value, at: child, keys: keys + [key], isFlow: isFlow, indentation: column)
                if case .null = value { flushLine(at: start, in: keys) }
            }
            if !path.isEmpty, !isFlow { flush(indentedBy: column, beyond: indentation, in: keys) }
            items.append(.leave)
        case .array(let list):
            let isFlow = isFlow || begins(at: path, with: "[")
            items.append(.enter)
            var column = 0
            for (index, item) in list.enumerated() {
                let child = path.appending(index)
                let start = document.span(of: child)?.lowerBound ?? 0
                column = dashColumn(before: begin(ofNodeAt: start))
                flush(before: start, in: keys)
                try walk(item, at: child, keys: keys, isFlow: isFlow, indentation: column)
            }
            if !isFlow { flush(indentedBy: column, beyond: indentation, in: keys) }
            items.append(.leave)
        case .bool, .number, .string:
            guard let span = document.span(of: path) else {
                throw SecretsError(.unsupported, "\(path): a value behind an alias cannot be encrypted")
            }
            // A comment behind the value comes before it, for a rule that goes by comments.
            flushLine(at: span.upperBound, in: Array(keys.dropLast(path.endsInKey ? 1 : 0)))
            places[slot] = YAMLPlace(span: span, surroundings: isFlow ? .flow : .block(indentation: indentation))
            lastEnd = max(lastEnd, span.upperBound)
            items.append(.leaf(slot: slot, path: keys, try scalar(value, span, path)))
            slot += 1
        }
    }

    // MARK: Types

    private func scalar(_ value: Value, _ span: Range<Int>, _ path: FieldPath) throws(SecretsError) -> Scalar {
        let isQuoted = bytes[span].first == UInt8(ascii: "\"") || bytes[span].first == UInt8(ascii: "'")
        switch value {
        case .bool(let bool):
            let word = String(decoding: bytes[span], as: UTF8.self)
            // To SOPS the other words of YAML 1.1 are texts.
            return ["true", "True", "TRUE", "false", "False", "FALSE"].contains(word)
                ? .bool(bool) : .string(Array(bytes[span]))
        case .number(let number):
            guard !isQuoted else {
                throw SecretsError(.unsupported, "\(path): a quoted number with a tag cannot be encrypted")
            }
            switch number {
            case .signed(let value): return .int(value)
            case .decimal:
                guard number.isExactDouble else {
                    throw SecretsError(
                        .unsupported, "\(path): SOPS keeps numbers as 64-bit floats, and this one would change",
                        advice: "write it as a text, in quotes")
                }
                return .float(number.double)
            case .unsigned:
                throw SecretsError(
                    .unsupported, "\(path): SOPS keeps integers of 64 bits with a sign, and this one is larger",
                    advice: "write it as a text, in quotes")
            }
        case .string(let text):
            if !isQuoted, let first = text.utf8.first, (0x30...0x39).contains(first), text.utf8.count <= 40,
                text.utf8.elementsEqual(bytes[span]), let time = YAMLTime.read(text)
            {
                return .time(time)
            }
            return .string(Array(text.utf8))
        case .null, .array, .object, .secret: return .string([])
        }
    }

    // MARK: Comments

    private mutating func flush(before offset: Int, in path: [Text]) {
        while let comment = comments.first, comment.span.lowerBound < offset { take(comment, in: path) }
    }

    /// The comment that ends the line.
    private mutating func flushLine(at offset: Int, in path: [Text]) {
        flush(before: lines.line(at: offset, in: bytes).upperBound, in: path)
    }

    /// Comments right below the last value of a block that are indented as it is.
    private mutating func flush(indentedBy column: Int, beyond outer: Int, in path: [Text]) {
        guard column > outer, let first = comments.first, first.isWholeLine else { return }
        let end = endOfComments(from: first.span.lowerBound)
        while let comment = comments.first, comment.span.lowerBound < end,
            self.column(of: comment.span.lowerBound) >= column
        {
            take(comment, in: path)
        }
    }

    /// Where something else than comments and space follows, unless something does before the offset.
    private func endOfComments(from offset: Int) -> Int {
        // Between the last value that was walked and the comment there may be the next key.
        guard lastEnd <= offset, isBlank(lastEnd..<offset) else { return offset }
        var index = offset
        while index < bytes.count {
            let end = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let line = bytes[index..<end].drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
            guard line.isEmpty || line.first == UInt8(ascii: "#") else { return index }
            index = end + 1
        }
        return bytes.count
    }

    private func isBlank(_ range: Range<Int>) -> Bool {
        range.isEmpty || bytes[range].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    }

    private mutating func take(_ comment: YAML.Comment, in path: [Text]) {
        comments.removeFirst()
        places[slot] = YAMLPlace(span: comment.span, surroundings: .comment)
        lastEnd = max(lastEnd, comment.span.upperBound)
        items.append(.comment(slot: slot, path: path, text: Text(String(comment.text.string.dropFirst()))))
        slot += 1
    }

    /// Comments within the metadata are not ours to change.
    private mutating func skipMetadata() {
        let path = FieldPath([.key(SOPSMetadata.key)])
        guard let key = document.keySpan(of: path), let value = document.span(of: path) else { return }
        flush(before: key.lowerBound, in: [])
        while let comment = comments.first, comment.span.lowerBound < value.upperBound { comments.removeFirst() }
    }

    // MARK: Places

    private func begins(at path: FieldPath, with letter: Unicode.Scalar) -> Bool {
        guard let span = document.span(of: path), span.lowerBound < bytes.count else { return false }
        return bytes[span.lowerBound] == UInt8(ascii: letter)
    }

    private mutating func column(of offset: Int) -> Int { offset - lineStart(of: offset) }

    private mutating func lineStart(of offset: Int) -> Int { lines.line(at: offset, in: bytes).lowerBound }

    /// Where a key or an item begins in its line, with the anchor and the tag before it: what lies below is indented by
    /// that. Of names longer than a kilobyte nobody asks: each would be read again for each node of its line.
    private mutating func begin(ofNodeAt offset: Int) -> Int {
        let line = max(lineStart(of: offset), offset - 1024)
        var start = offset
        while let last = bytes[line..<start].lastIndex(where: { !Self.isBlank($0) }) {
            let word = bytes[line...last].lastIndex(where: Self.isBlank).map { $0 + 1 } ?? line
            guard bytes[word] == UInt8(ascii: "&") || bytes[word] == UInt8(ascii: "!") else { break }
            start = word
        }
        return start
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// Of the dash that an item of a list stands behind.
    private mutating func dashColumn(before offset: Int) -> Int {
        var index = offset - 1
        while index >= 0, bytes[index] == UInt8(ascii: " ") || bytes[index] == UInt8(ascii: "\t") { index -= 1 }
        return index >= 0 && bytes[index] == UInt8(ascii: "-") ? column(of: index) : column(of: offset)
    }
}

extension FieldPath {
    fileprivate var endsInKey: Bool {
        if case .key? = steps.last { true } else { false }
    }
}

extension Number {
    /// As a double it is the same number.
    fileprivate var isExactDouble: Bool { Number(lexeme: PlainFloat.format(double)) == self }
}
