// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Writes values as YAML into one buffer.
struct YAMLWriter {
    private let keys: YAML.KeyOrder
    private(set) var output: [UInt8] = []

    init(keys: YAML.KeyOrder) { self.keys = keys }

    mutating func writeDocument(_ value: Value) {
        switch value {
        case .object(let object) where !object.isEmpty: write(object, indent: 0)
        case .array(let items) where !items.isEmpty: write(items, indent: 0)
        default:
            writeScalar(value, indent: 0)
            append("\n")
        }
    }

    mutating func append(_ text: StaticString) {
        output.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// The cursor stands where the first key belongs.
    private mutating func write(_ object: Object, indent: Int) {
        var pairs = object.pairs
        if case .sorted = keys { pairs = object.sortedByKey }
        var isFirst = true
        for (key, value) in pairs {
            if !isFirst { pad(indent) }
            isFirst = false
            write(key: key, indent: indent)
            switch value {
            case .object(let object) where !object.isEmpty:
                append("\n")
                pad(indent + 2)
                write(object, indent: indent + 2)
            case .array(let items) where !items.isEmpty:
                append("\n")
                pad(indent)
                write(items, indent: indent)
            default:
                append(" ")
                writeScalar(value, indent: indent)
                append("\n")
            }
        }
    }

    /// The cursor stands where the first dash belongs.
    private mutating func write(_ items: [Value], indent: Int) {
        var isFirst = true
        for item in items {
            if !isFirst { pad(indent) }
            isFirst = false
            append("- ")
            switch item {
            case .object(let object) where !object.isEmpty: write(object, indent: indent + 2)
            case .array(let items) where !items.isEmpty: write(items, indent: indent + 2)
            default:
                writeScalar(item, indent: indent)
                append("\n")
            }
        }
    }

    /// Readers look for the colon on one line and not for ever; longer keys are announced by a question mark.
    private mutating func write(key: Text, indent: Int) {
        let isLong = key.utf8.count > 128
        if isLong { append("? ") }
        switch ScalarStyle(key) {
        case .plain: output.append(contentsOf: key.utf8)
        case .singleQuoted: writeSingleQuoted(key)
        case .doubleQuoted, .literal: writeDoubleQuoted(key)
        }
        if isLong {
            append("\n")
            pad(indent)
        }
        append(":")
    }

    /// Without the line's end.
    private mutating func writeScalar(_ value: Value, indent: Int) {
        switch value {
        case .null: append("null")
        case .bool(let bool): append(bool ? "true" : "false")
        case .number(let number): write(number)
        case .secret: append("<secret>")
        case .array: append("[]")
        case .object: append("{}")
        case .string(let text):
            switch ScalarStyle(text) {
            case .plain: output.append(contentsOf: text.utf8)
            case .singleQuoted: writeSingleQuoted(text)
            case .doubleQuoted: writeDoubleQuoted(text)
            case .literal: writeLiteral(text, indent: indent + 2)
            }
        }
    }

    private mutating func write(_ number: Number) {
        // As an integer, zero has no sign in YAML.
        let lexeme: Text = number.lexeme == "-0" ? "0" : Text(number.lexeme)
        // What no double holds would be read as a text.
        if case .text = PlainScalar(lexeme) { append("!!float ") }
        output.append(contentsOf: lexeme.utf8)
    }

    private mutating func writeSingleQuoted(_ text: Text) {
        append("'")
        for byte in text.utf8 {
            if byte == UInt8(ascii: "'") { append("'") }
            output.append(byte)
        }
        append("'")
    }

    /// `|` for a text that ends with one line feed, `|-` with none, `|+` with more.
    private mutating func writeLiteral(_ text: Text, indent: Int) {
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let endsWithBreak = lines.last?.isEmpty ?? false
        if endsWithBreak { lines.removeLast() }
        append("|")
        // Without being told, a reader takes the space of the first line for indentation.
        if let first = text.utf8.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\n") { append("2") }
        if !endsWithBreak {
            append("-")
        } else if lines.last?.isEmpty ?? true {
            append("+")
        }
        for line in lines {
            append("\n")
            guard !line.isEmpty else { continue }
            pad(indent)
            output.append(contentsOf: line)
        }
    }

    private mutating func pad(_ count: Int) {
        for _ in 0..<count { output.append(UInt8(ascii: " ")) }
    }
}

extension YAMLWriter {
    private mutating func writeDoubleQuoted(_ text: Text) {
        append("\"")
        for scalar in text.string.unicodeScalars {
            switch scalar {
            case "\"": append("\\\"")
            case "\\": append("\\\\")
            case "\0": append("\\0")
            case "\u{7}": append("\\a")
            case "\u{8}": append("\\b")
            case "\t": append("\\t")
            case "\n": append("\\n")
            case "\u{B}": append("\\v")
            case "\u{C}": append("\\f")
            case "\r": append("\\r")
            case "\u{1B}": append("\\e")
            case "\u{85}": append("\\N")
            case "\u{2028}": append("\\L")
            case "\u{2029}": append("\\P")
            case _ where ScalarStyle.isPrintable(scalar): output.append(contentsOf: String(scalar).utf8)
            default: writeEscape(scalar.value)
            }
        }
        append("\"")
    }

    private mutating func writeEscape(_ value: UInt32) {
        let bytes = withUnsafeBytes(of: value.bigEndian) { Array($0) }
        switch value {
        case ..<0x100:
            append("\\x")
            output.append(contentsOf: Hex.encode(bytes[3...]).utf8)
        case ..<0x1_0000:
            append("\\u")
            output.append(contentsOf: Hex.encode(bytes[2...]).utf8)
        default:
            append("\\U")
            output.append(contentsOf: Hex.encode(bytes).utf8)
        }
    }
}
