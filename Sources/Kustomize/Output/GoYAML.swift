// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// YAML as `kubectl kustomize` prints it, byte for byte: keys in the order of go-yaml v2, lists not indented below their
/// key, long lines folded behind column 80.
package enum GoYAML {
    /// The documents of a stream, with `---` between them.
    package static func write(_ documents: some Sequence<Value>) -> [UInt8] {
        var writer = GoYAMLWriter()
        var isFirst = true
        for document in documents {
            if !isFirst { writer.append("---\n") }
            isFirst = false
            writer.writeDocument(document)
        }
        return writer.output
    }

    /// The same, where many are written side by side.
    package static func writeInPieces(_ documents: [Value]) async -> [UInt8] {
        let size = max(least, (documents.count + most - 1) / most)
        guard documents.count > size else { return write(documents) }
        let starts = Array(stride(from: 0, to: documents.count, by: size))
        return await withTaskGroup(of: (Int, [UInt8]).self) { group in
            for (number, start) in starts.enumerated() {
                group.addTask { (number, write(documents[start..<min(start + size, documents.count)])) }
            }
            var pieces: [[UInt8]] = Array(repeating: [], count: starts.count)
            for await (number, piece) in group { pieces[number] = piece }
            var output: [UInt8] = []
            output.reserveCapacity(pieces.reduce(0) { $0 + $1.count + 4 })
            for (number, piece) in pieces.enumerated() {
                if number > 0 { output.append(contentsOf: "---\n".utf8) }
                output.append(contentsOf: piece)
            }
            return output
        }
    }

    /// Documents of a piece.
    private static let least = 64
    private static let most = 8
}

/// Writes values into one buffer.
struct GoYAMLWriter {
    /// Behind it a line is folded at the next space.
    private static let width = 80

    private(set) var output: [UInt8] = []
    /// Where the current line begins in ``output``, less the bytes that are no characters of their own.
    private var lineStart = 0

    init() { output.reserveCapacity(4096) }

    mutating func writeDocument(_ value: Value) {
        lineStart = output.count
        switch value {
        case .object(let object) where !object.isEmpty: write(object, indent: 0)
        case .array(let items) where !items.isEmpty: write(items, indent: 0)
        default:
            writeScalar(value, indent: 0)
            endLine()
        }
    }

    mutating func append(_ text: StaticString) {
        output.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private var column: Int { output.count - lineStart }

    private mutating func endLine() {
        output.append(UInt8(ascii: "\n"))
        lineStart = output.count
    }

    private mutating func pad(_ count: Int) {
        for _ in 0..<count { output.append(UInt8(ascii: " ")) }
    }

    /// The cursor stands where the first key belongs.
    private mutating func write(_ object: Object, indent: Int) {
        var isFirst = true
        for (key, value) in KeyOrder.sorted(object.pairs) {
            if !isFirst { pad(indent) }
            isFirst = false
            write(key: key, indent: indent)
            switch value {
            case .object(let object) where !object.isEmpty:
                endLine()
                pad(indent + 2)
                write(object, indent: indent + 2)
            case .array(let items) where !items.isEmpty:
                endLine()
                pad(indent)
                write(items, indent: indent)
            default:
                output.append(UInt8(ascii: " "))
                writeScalar(value, indent: indent + 2)
                endLine()
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
                writeScalar(item, indent: indent + 2)
                endLine()
            }
        }
    }

    /// A key of more than 128 bytes or of several lines is announced by a question mark.
    private mutating func write(key: Text, indent: Int) {
        let style = GoScalarStyle(key)
        let isSimple = key.utf8.count <= 128 && !style.isMultiline
        if !isSimple { append("? ") }
        write(key, style.isMultiline && isSimple ? .doubleQuoted : style.form, indent: indent + 2, mayFold: !isSimple)
        if !isSimple {
            endLine()
            pad(indent)
        }
        output.append(UInt8(ascii: ":"))
    }

    /// - Parameter indent: where further lines of the scalar begin.
    private mutating func writeScalar(_ value: Value, indent: Int) {
        switch value {
        case .null: append("null")
        case .bool(let bool): bool ? append("true") : append("false")
        case .number(let number): output.append(contentsOf: number.lexeme.utf8)
        case .secret: append("<secret>")
        case .array: append("[]")
        case .object: append("{}")
        case .string(let text): write(text, GoScalarStyle(text).form, indent: indent, mayFold: true)
        }
    }

    private mutating func write(_ text: Text, _ form: GoScalarStyle.Form, indent: Int, mayFold: Bool) {
        switch form {
        case .plain:
            if text.utf8.count + column <= Self.width {
                output.append(contentsOf: text.utf8)
                lineStart += text.utf8.count { $0 & 0xC0 == 0x80 }
            } else {
                text.withBytes { writeFolded($0, quote: false, indent: indent, mayFold: mayFold) }
            }
        case .singleQuoted:
            output.append(UInt8(ascii: "'"))
            text.withBytes { writeFolded($0, quote: true, indent: indent, mayFold: mayFold) }
            output.append(UInt8(ascii: "'"))
        case .doubleQuoted: writeDoubleQuoted(text, indent: indent, mayFold: mayFold)
        case .literal: writeLiteral(text, indent: indent)
        }
    }

    /// The bytes of a line that is folded at single spaces behind the width.
    private mutating func writeFolded(
        _ bytes: UnsafeBufferPointer<UInt8>, quote: Bool, indent: Int, mayFold: Bool
    ) {
        var isBehindSpace = false
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: " ") {
                let isInside = !quote || index > 0 && index < bytes.count - 1
                let isLone = index + 1 >= bytes.count || bytes[index + 1] != UInt8(ascii: " ")
                if mayFold, !isBehindSpace, column > Self.width, isInside, isLone {
                    endLine()
                    pad(indent)
                } else {
                    output.append(byte)
                }
                isBehindSpace = true
                continue
            }
            if quote, byte == UInt8(ascii: "'") { output.append(byte) }
            output.append(byte)
            if byte & 0xC0 == 0x80 { lineStart += 1 }
            isBehindSpace = false
        }
    }

    private mutating func writeLiteral(_ text: Text, indent: Int) {
        text.withBytes { bytes in
            append("|")
            if let first = bytes.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\n") { append("2") }
            var end = bytes.count
            if bytes.last != UInt8(ascii: "\n") {
                append("-")
            } else {
                end -= 1
                if bytes.count == 1 || bytes[bytes.count - 2] == UInt8(ascii: "\n") { append("+") }
            }
            var start = 0
            while start <= end {
                var stop = start
                while stop < end, bytes[stop] != UInt8(ascii: "\n") { stop += 1 }
                output.append(UInt8(ascii: "\n"))
                if stop > start {
                    pad(indent)
                    output.append(contentsOf: bytes[start..<stop])
                }
                start = stop + 1
            }
        }
    }

    private mutating func writeDoubleQuoted(_ text: Text, indent: Int, mayFold: Bool) {
        output.append(UInt8(ascii: "\""))
        let bytes = Array(text.utf8)
        // go-yaml escapes every letter of a text that begins with a byte order mark.
        let escapesAll = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        var index = 0
        var isBehindSpace = false
        for scalar in text.string.unicodeScalars {
            let length = UTF8.width(scalar)
            if escapesAll || GoScalarStyle.needsEscape(scalar) {
                writeEscape(scalar.value)
                isBehindSpace = false
            } else if scalar == " " {
                if mayFold, !isBehindSpace, column > Self.width, index > 0, index < bytes.count - 1 {
                    endLine()
                    pad(indent)
                    if bytes[index + 1] == UInt8(ascii: " ") { output.append(UInt8(ascii: "\\")) }
                } else {
                    output.append(UInt8(ascii: " "))
                }
                isBehindSpace = true
            } else {
                output.append(contentsOf: bytes[index..<(index + length)])
                lineStart += length - 1
                isBehindSpace = false
            }
            index += length
        }
        output.append(UInt8(ascii: "\""))
    }

    private mutating func writeEscape(_ value: UInt32) {
        output.append(UInt8(ascii: "\\"))
        switch value {
        case 0x00: append("0")
        case 0x07: append("a")
        case 0x08: append("b")
        case 0x09: append("t")
        case 0x0A: append("n")
        case 0x0B: append("v")
        case 0x0C: append("f")
        case 0x0D: append("r")
        case 0x1B: append("e")
        case 0x22: append("\"")
        case 0x5C: append("\\")
        case 0x85: append("N")
        case 0xA0: append("_")
        case 0x2028: append("L")
        case 0x2029: append("P")
        default:
            let digits = value <= 0xFF ? 2 : value <= 0xFFFF ? 4 : 8
            output.append(UInt8(ascii: digits == 2 ? "x" : digits == 4 ? "u" : "U"))
            for position in (0..<digits).reversed() {
                let digit = UInt8(truncatingIfNeeded: value >> UInt32(4 * position)) & 0xF
                output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
            }
        }
    }
}
