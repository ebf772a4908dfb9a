// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

extension YAML {
    /// Writes a value as kubectl prints it: two spaces a level, lists not indented below their key, strings quoted
    /// where they would read as something else, several lines as a literal block. The same value gives the same bytes.
    ///
    /// A secret leaf is written as `<secret>`.
    package static func write(_ value: Value) -> [UInt8] {
        var writer = YAMLWriter()
        writer.writeRoot(value)
        return writer.bytes
    }
}

private struct YAMLWriter {
    var bytes: [UInt8] = []

    mutating func writeRoot(_ value: Value) {
        switch value {
        case .object(let object) where !object.isEmpty: writeMap(object, indent: 0, isInline: false)
        case .array(let items) where !items.isEmpty: writeList(items, indent: 0, isInline: false)
        default:
            writeScalar(value, indent: 0)
            bytes.append(UInt8(ascii: "\n"))
        }
    }

    /// - Parameter isInline: the first key follows `- ` on the line that is begun.
    private mutating func writeMap(_ object: Object, indent: Int, isInline: Bool) {
        var isFirst = isInline
        for (key, value) in object.pairs {
            if !isFirst { pad(indent) }
            isFirst = false
            writeString(key, indent: indent, allowsBlock: false)
            bytes.append(UInt8(ascii: ":"))
            switch value {
            case .object(let inner) where !inner.isEmpty:
                bytes.append(UInt8(ascii: "\n"))
                writeMap(inner, indent: indent + 2, isInline: false)
            case .array(let items) where !items.isEmpty:
                bytes.append(UInt8(ascii: "\n"))
                writeList(items, indent: indent, isInline: false)
            default:
                bytes.append(UInt8(ascii: " "))
                writeScalar(value, indent: indent)
                bytes.append(UInt8(ascii: "\n"))
            }
        }
    }

    private mutating func writeList(_ items: [Value], indent: Int, isInline: Bool) {
        var isFirst = isInline
        for item in items {
            if !isFirst { pad(indent) }
            isFirst = false
            bytes.append(contentsOf: "- ".utf8)
            switch item {
            case .object(let inner) where !inner.isEmpty: writeMap(inner, indent: indent + 2, isInline: true)
            case .array(let inner) where !inner.isEmpty: writeList(inner, indent: indent + 2, isInline: true)
            default:
                writeScalar(item, indent: indent)
                bytes.append(UInt8(ascii: "\n"))
            }
        }
    }

    private mutating func writeScalar(_ value: Value, indent: Int) {
        switch value {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let bool): bytes.append(contentsOf: (bool ? "true" : "false").utf8)
        case .number(let number): bytes.append(contentsOf: number.lexeme.utf8)
        case .string(let text): writeString(text, indent: indent, allowsBlock: true)
        case .secret: bytes.append(contentsOf: "<secret>".utf8)
        case .array: bytes.append(contentsOf: "[]".utf8)
        case .object: bytes.append(contentsOf: "{}".utf8)
        }
    }

    private mutating func writeString(_ text: Text, indent: Int, allowsBlock: Bool) {
        if allowsBlock, Self.isBlock(text) {
            writeBlock(text, indent: indent)
        } else if Self.isPlain(text) {
            bytes.append(contentsOf: text.utf8)
        } else if text.string.unicodeScalars.allSatisfy(Self.isPrintable) {
            bytes.append(UInt8(ascii: "'"))
            for byte in text.utf8 {
                if byte == UInt8(ascii: "'") { bytes.append(byte) }
                bytes.append(byte)
            }
            bytes.append(UInt8(ascii: "'"))
        } else {
            writeDoubleQuoted(text)
        }
    }

    /// JSON's escapes are YAML's too.
    private mutating func writeDoubleQuoted(_ text: Text) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.string.unicodeScalars {
            switch scalar {
            case "\"": bytes.append(contentsOf: "\\\"".utf8)
            case "\\": bytes.append(contentsOf: "\\\\".utf8)
            case "\n": bytes.append(contentsOf: "\\n".utf8)
            case "\t": bytes.append(contentsOf: "\\t".utf8)
            case "\r": bytes.append(contentsOf: "\\r".utf8)
            case _ where Self.isPrintable(scalar): bytes.append(contentsOf: String(scalar).utf8)
            default:
                let hex = String(scalar.value, radix: 16)
                let (letter, width) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
                bytes.append(contentsOf: "\\\(letter)\(String(repeating: "0", count: width - hex.count))\(hex)".utf8)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func writeBlock(_ text: Text, indent: Int) {
        let content = Array(text.utf8)
        let trailing = content.reversed().prefix { $0 == UInt8(ascii: "\n") }.count
        bytes.append(contentsOf: (trailing == 0 ? "|-" : trailing == 1 ? "|" : "|+").utf8)
        var lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if trailing > 0 { lines.removeLast() }
        for line in lines {
            bytes.append(UInt8(ascii: "\n"))
            guard !line.isEmpty else { continue }
            pad(indent + 2)
            bytes.append(contentsOf: line)
        }
    }

    private mutating func pad(_ count: Int) {
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: count))
    }

    /// Several lines, none of which a block would change: no leading space or line end, nothing to escape.
    private static func isBlock(_ text: Text) -> Bool {
        guard text.utf8.contains(UInt8(ascii: "\n")), let first = text.utf8.first, first != UInt8(ascii: " "),
            first != UInt8(ascii: "\n")
        else { return false }
        return text.string.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || isPrintable($0) }
            && !text.utf8.starts(with: "\t".utf8)
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    /// Whether a plain scalar would read as this very string.
    private static func isPlain(_ text: Text) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, last != UInt8(ascii: " "), last != UInt8(ascii: ":"),
            text.string.unicodeScalars.allSatisfy(isPrintable), resolvesToString(bytes)
        else { return false }
        switch first {
        case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"):
            guard bytes.count > 1, bytes[1] != UInt8(ascii: " ") else { return false }
            if bytes.starts(with: "---".utf8) { return false }
        case UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
            UInt8(ascii: "}"), UInt8(ascii: "#"), UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"),
            UInt8(ascii: "|"), UInt8(ascii: ">"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "%"),
            UInt8(ascii: "@"), UInt8(ascii: "`"), UInt8(ascii: "="):
            return false
        default: break
        }
        for (byte, next) in zip(bytes, bytes.dropFirst()) {
            if byte == UInt8(ascii: ":"), next == UInt8(ascii: " ") { return false }
            if byte == UInt8(ascii: " "), next == UInt8(ascii: "#") { return false }
        }
        return !bytes.starts(with: "...".utf8) && !bytes.elementsEqual("<<".utf8) && !looksLikeDate(bytes)
    }

    private static func resolvesToString(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { buffer in
            guard let value = try? YAMLScalar.resolve(buffer), case .string = value else { return false }
            return true
        }
    }

    /// Other readers make a timestamp of it.
    private static func looksLikeDate(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 8 && bytes.prefix(4).allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
            && bytes[4] == UInt8(ascii: "-")
    }
}
