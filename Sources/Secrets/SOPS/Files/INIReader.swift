// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Reads INI entry by entry.
struct INIReader {
    enum Entry {
        case blank
        /// Without its mark.
        case comment(Text)
        case section(Text)
        case pair(name: Text, value: [UInt8])
    }

    private let bytes: [UInt8]
    private var offset = 0
    private var line = 0
    /// What was read ahead last: where what is no comment begins, and the section that it names.
    private var ahead: (end: Int, section: Text?)?
    /// Lines that were read, those that were read ahead twice.
    private(set) var work = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The entry and its bytes; `nil` at the end.
    mutating func next() throws(SecretsError) -> (Entry, [UInt8])? {
        guard offset < bytes.count else { return nil }
        let start = offset
        let text = Self.trimmed(takeLine())
        guard let first = text.first else { return (.blank, Array(bytes[start..<offset])) }
        let entry: Entry
        switch first {
        case UInt8(ascii: ";"), UInt8(ascii: "#"):
            let mark = first
            entry = .comment(try Self.text(text.drop { $0 == mark || $0 == 0x20 }, line))
        case UInt8(ascii: "["):
            guard let close = text.lastIndex(of: UInt8(ascii: "]")) else {
                throw SecretsError(.malformed, "line \(line): a section's name is not closed")
            }
            entry = .section(try Self.text(Self.trimmed(text[(text.startIndex + 1)..<close]), line))
        default: entry = try pair(text)
        }
        return (entry, Array(bytes[start..<offset]))
    }

    /// The section whose name follows, with nothing but comments and blank lines between.
    mutating func sectionBehindComments() -> Text? {
        if let ahead, offset <= ahead.end { return ahead.section }
        var reader = self
        var found: (end: Int, section: Text?)
        repeat {
            found = (reader.offset, nil)
            switch try? reader.next()?.0 {
            case .blank?, .comment?: continue
            case .section(let name)?: found.section = name
            case .pair?, nil: break
            }
            break
        } while true
        work = reader.work
        ahead = found
        return found.section
    }

    private mutating func takeLine() -> ArraySlice<UInt8> {
        line += 1
        work += 1
        let end = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        defer { offset = min(end + 1, bytes.count) }
        return bytes[offset..<end]
    }

    private mutating func pair(_ text: ArraySlice<UInt8>) throws(SecretsError) -> Entry {
        let start = line
        var name = text[..<text.startIndex]
        var rest = text
        if let quote = text.first, quote == UInt8(ascii: "`") || quote == UInt8(ascii: "\"") {
            guard let close = text.dropFirst().firstIndex(of: quote) else {
                throw SecretsError(.malformed, "line \(start): a name's quote is not closed")
            }
            name = text[(text.startIndex + 1)..<close]
            rest = text[(close + 1)...]
        }
        guard let mark = rest.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }) else {
            throw SecretsError(.malformed, "line \(start): neither a section, name = value, nor a comment")
        }
        if name.isEmpty { name = Self.trimmed(rest[..<mark]) }
        guard !name.isEmpty else { throw SecretsError(.malformed, "line \(start): a value without a name") }
        return .pair(name: try Self.text(name, start), value: try value(Self.trimmed(rest[(mark + 1)...])))
    }

    private mutating func value(_ text: ArraySlice<UInt8>) throws(SecretsError) -> [UInt8] {
        guard let first = text.first else { return [] }
        let triple = Array("\"\"\"".utf8)
        if text.starts(with: triple) { return try quoted(text.dropFirst(3), until: triple) }
        if first == UInt8(ascii: "`") { return try quoted(text.dropFirst(), until: [first]) }
        var value = text
        while value.last == UInt8(ascii: "\\") {
            guard offset < bytes.count else { break }
            value.removeLast()
            while let last = value.last, Self.isSpace(last) { value.removeLast() }
            value += Self.trimmed(takeLine())
        }
        // A comment behind the value begins with a mark behind a space.
        for index in value.indices.dropFirst()
        where (value[index] == UInt8(ascii: ";") || value[index] == UInt8(ascii: "#"))
            && Self.isSpace(value[index - 1])
        {
            value = value[..<index]
            break
        }
        value = ArraySlice(Self.trimmedEnd(value))
        if let quote = value.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"), value.count >= 2,
            value.last == quote, !value.dropFirst().dropLast().contains(quote)
        {
            value = value.dropFirst().dropLast()
        }
        return Array(value)
    }

    private mutating func quoted(_ text: ArraySlice<UInt8>, until end: [UInt8]) throws(SecretsError) -> [UInt8] {
        let start = line
        // From the line's own place in the file, since the value may go on in the next.
        let from = text.startIndex
        var index = from
        while index + end.count <= bytes.count {
            if bytes[index..<(index + end.count)].elementsEqual(end) {
                let value = Array(bytes[from..<index])
                while offset < index + end.count { _ = takeLine() }
                return value
            }
            index += 1
        }
        throw SecretsError(.malformed, "line \(start): a value's quote is not closed")
    }

    /// The name as it is read back: as it is, where that does, and else in quotes.
    static func quoted(name: Text) throws(SecretsError) -> Text {
        let needsQuotes = name.utf8.contains { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") || $0 == 0x22 }
        let ways: [Text] = (needsQuotes ? [] : [name]) + ["`\(name)`", "\"\(name)\""]
        guard let way = ways.first(where: { isRead($0, as: name) }) else {
            throw SecretsError(.unsupported, "a name holds quotes that INI cannot say")
        }
        return way
    }

    private static func isRead(_ text: Text, as name: Text) -> Bool {
        var reader = INIReader(Array("\(text) = x\n".utf8))
        guard let (entry, _) = try? reader.next(), case .pair(name, let value) = entry else { return false }
        return value == Array("x".utf8)
    }

    /// As SOPS's library writes it.
    static func quoted(value: [UInt8]) throws(SecretsError) -> [UInt8] {
        let quotes: String
        if value.contains(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "`") }) {
            quotes = "\"\"\""
        } else if value.contains(where: { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: ";") }) {
            quotes = "`"
        } else if let first = value.first, let last = value.last,
            isSpace(first) || isSpace(last) || first == 0x22 || first == 0x27 || last == UInt8(ascii: "\\")
        {
            quotes = first == 0x22 ? "`" : "\""
        } else {
            quotes = ""
        }
        let end = Array(quotes.utf8)
        guard quotes.isEmpty || firstPlace(of: end, in: value + end) == value.count else {
            throw SecretsError(.unsupported, "a value holds quotes that INI cannot say")
        }
        return end + value + end
    }

    private static func firstPlace(of end: [UInt8], in bytes: [UInt8]) -> Int? {
        bytes.indices.first { bytes[$0...].starts(with: end) }
    }

    private static func text(_ bytes: ArraySlice<UInt8>, _ line: Int) throws(SecretsError) -> Text {
        guard let text = Text(utf8: bytes) else { throw SecretsError(.malformed, "line \(line): not UTF-8") }
        return text
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    private static func trimmedEnd(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return bytes
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        trimmedEnd(bytes.drop(while: isSpace))
    }
}
