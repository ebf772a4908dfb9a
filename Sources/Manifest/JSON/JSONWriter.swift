// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Writes values as JSON into one buffer.
struct JSONWriter {
    private let style: JSON.Style
    private var output: [UInt8] = []

    init(style: JSON.Style) { self.style = style }

    consuming func finish() -> [UInt8] {
        if case .pretty = style { output.append(UInt8(ascii: "\n")) }
        return output
    }

    mutating func write(_ value: Value, level: Int) {
        switch value {
        case .null: append("null")
        case .bool(let bool): append(bool ? "true" : "false")
        case .number(let number): write(number)
        case .string(let text): write(text)
        case .secret: append("\"<secret>\"")
        case .array(let items): write(items, level: level)
        case .object(let object): write(object, level: level)
        }
    }

    private mutating func write(_ number: Number) {
        switch style {
        case .canonical: output.append(contentsOf: number.canonical.utf8)
        case .compact, .pretty: output.append(contentsOf: number.lexeme.utf8)
        }
    }

    private mutating func write(_ items: [Value], level: Int) {
        output.append(UInt8(ascii: "["))
        var isFirst = true
        for item in items {
            separate(isFirst: isFirst, level: level + 1)
            isFirst = false
            write(item, level: level + 1)
        }
        if !isFirst { breakLine(level) }
        output.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ object: Object, level: Int) {
        var pairs = object.pairs
        if case .canonical = style { pairs = object.sortedByKey }
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        for (key, value) in pairs {
            separate(isFirst: isFirst, level: level + 1)
            isFirst = false
            write(key)
            output.append(UInt8(ascii: ":"))
            if case .pretty = style { output.append(UInt8(ascii: " ")) }
            write(value, level: level + 1)
        }
        if !isFirst { breakLine(level) }
        output.append(UInt8(ascii: "}"))
    }

    private mutating func separate(isFirst: Bool, level: Int) {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        breakLine(level)
    }

    private mutating func breakLine(_ level: Int) {
        guard case .pretty = style else { return }
        output.append(UInt8(ascii: "\n"))
        for _ in 0..<level {
            output.append(UInt8(ascii: " "))
            output.append(UInt8(ascii: " "))
        }
    }

    private mutating func append(_ text: StaticString) {
        output.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func write(_ text: Text) {
        output.append(UInt8(ascii: "\""))
        text.withBytes { bytes in
            var written = 0
            for index in bytes.indices where Self.mustEscape(bytes[index]) {
                output.append(contentsOf: bytes[written..<index])
                appendEscape(bytes[index])
                written = index + 1
            }
            output.append(contentsOf: bytes[written...])
        }
        output.append(UInt8(ascii: "\""))
    }

    @inline(__always)
    private static func mustEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func appendEscape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0C: append("\\f")
        case 0x0D: append("\\r")
        default:
            append("\\u00")
            output.append(contentsOf: Hex.encode([byte]).utf8)
        }
    }
}
