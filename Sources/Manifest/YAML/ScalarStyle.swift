// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// How a text is written so that it is read as itself, chosen as `kubectl` chooses.
enum ScalarStyle: Equatable {
    case plain
    /// For what a plain text may not look like.
    case singleQuoted
    /// For what would be read as something else than a text, and what needs escapes.
    case doubleQuoted
    case literal

    init(_ text: Text) {
        let features = Features(text)
        if features.mustEscape || features.hasBlankBeforeBreak {
            self = .doubleQuoted
        } else if features.hasBreak {
            // A literal cannot end with blanks after its last line, nor be told from its indentation by a tab; and
            // one of empty lines alone is hard to see.
            let isHard = features.startsWithTab || features.endsWithBlank || !features.hasContent
            self = isHard ? .doubleQuoted : .literal
        } else if text.withBytes({ PlainScalar($0) }) != .text || text.withBytes(Self.meansMoreElsewhere) {
            self = .doubleQuoted
        } else {
            self = text.withBytes(Self.canBePlain) ? .plain : .singleQuoted
        }
    }

    /// What may stand in YAML unescaped. What turns the direction of writing around may, too, and would have a reader see
    /// something else than there is.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x61C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: false
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x1_0000...0x10_FFFF: true
        default: false
        }
    }

    private struct Features {
        var mustEscape = false
        var hasBreak = false
        var hasBlankBeforeBreak = false
        var startsWithTab = false
        var endsWithBlank = false
        /// Anything but line feeds.
        var hasContent = false

        init(_ text: Text) {
            var previous: Unicode.Scalar = "\0"
            startsWithTab = text.utf8.first == UInt8(ascii: "\t")
            for scalar in text.string.unicodeScalars {
                if scalar == "\n" {
                    hasBreak = true
                    if previous == " " || previous == "\t" { hasBlankBeforeBreak = true }
                } else {
                    hasContent = true
                    if scalar != "\t", !ScalarStyle.isPrintable(scalar) {
                        mustEscape = true
                        return
                    }
                }
                previous = scalar
            }
            endsWithBlank = previous == " " || previous == "\t"
            // In one line a tab is better seen.
            if !hasBreak { mustEscape = text.utf8.contains(UInt8(ascii: "\t")) }
        }
    }

    /// Texts to us that other readers, of YAML 1.1 to the letter, take for numbers to the base 60, dates, or a merge.
    private static func meansMoreElsewhere(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = bytes.first else { return true }
        if bytes.elementsEqual("<<".utf8) || bytes.elementsEqual("=".utf8) { return true }
        guard isDigit(first) || first == UInt8(ascii: "-") || first == UInt8(ascii: "+") else { return false }
        let isBase60 =
            bytes.contains(UInt8(ascii: ":"))
            && bytes.dropFirst().allSatisfy {
                isDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
            }
        let isDate =
            bytes.count >= 8 && bytes.prefix(4).allSatisfy(isDigit) && bytes[4] == UInt8(ascii: "-")
            && isDigit(bytes[5])
        return isBase60 || isDate
    }

    /// Whether one line of printable characters can stand as it is, in a block.
    private static func canBePlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return false }
        if bytes.starts(with: "---".utf8) || bytes.starts(with: "...".utf8) { return false }
        switch first {
        case UInt8(ascii: "#"), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
            UInt8(ascii: "}"), UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "|"),
            UInt8(ascii: ">"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "%"), UInt8(ascii: "@"),
            UInt8(ascii: "`"), UInt8(ascii: " "):
            return false
        case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"):
            if bytes.count == 1 || bytes[1] == UInt8(ascii: " ") { return false }
        default:
            break
        }
        if last == UInt8(ascii: " ") || last == UInt8(ascii: ":") { return false }
        for index in bytes.indices.dropLast() {
            if bytes[index] == UInt8(ascii: ":"), bytes[index + 1] == UInt8(ascii: " ") { return false }
            if bytes[index] == UInt8(ascii: " "), bytes[index + 1] == UInt8(ascii: "#") { return false }
        }
        return true
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }
}
