// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// How go-yaml v2 writes a text (its `encode.go` and libyaml's analysis of scalars).
struct GoScalarStyle {
    enum Form {
        case plain, singleQuoted, doubleQuoted, literal
    }

    let form: Form
    let isMultiline: Bool

    init(_ text: Text) {
        var form = Form.doubleQuoted
        var isMultiline = false
        text.withBytes { bytes in
            let features = Features(bytes)
            isMultiline = features.hasBreak
            if features.hasLineFeed {
                form = features.allowsBlock ? .literal : .doubleQuoted
            } else if !Self.isText(bytes) {
                form = .doubleQuoted
            } else if features.allowsPlain {
                form = .plain
            } else {
                form = features.allowsSingleQuotes ? .singleQuoted : .doubleQuoted
            }
        }
        self.form = form
        self.isMultiline = isMultiline
    }

    /// Whether a plain scalar would be read as a text, numbers to the base 60 excepted.
    private static func isText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = bytes.first else { return false }
        // Most texts begin with a letter that begins neither a number nor a word with a meaning.
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"):
            return YAML.isPlainText(bytes) && !isBase60(bytes)
        default: return YAML.isPlainText(bytes)
        }
    }

    /// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`
    private static func isBase60(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.contains(UInt8(ascii: ":")) else { return false }
        var rest = bytes[...]
        if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        guard let first = rest.first, isDigit(first) else { return false }
        rest = rest.drop { isDigit($0) || $0 == UInt8(ascii: "_") }
        var groups = 0
        while rest.first == UInt8(ascii: ":") {
            let digits = rest.dropFirst().prefix { isDigit($0) }
            guard digits.count == 1 || digits.count == 2 && digits.first.map({ $0 < UInt8(ascii: "6") }) ?? false else {
                return false
            }
            groups += 1
            rest = rest.dropFirst(digits.count + 1)
        }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst().drop { isDigit($0) || $0 == UInt8(ascii: "_") }
        }
        return groups > 0 && rest.isEmpty
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }

    /// What a double-quoted text must escape.
    static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x22, 0x5C: true
        case 0x20...0x7E: false
        case 0x2028, 0x2029: true
        case 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD: false
        default: true
        }
    }

    private struct Features {
        var hasBreak = false
        var hasLineFeed = false
        var allowsPlain = true
        var allowsSingleQuotes = true
        var allowsBlock = true

        init(_ bytes: UnsafeBufferPointer<UInt8>) {
            guard let first = bytes.first, let last = bytes.last else { return }
            var isSpecial = false
            var previousIsSpace = false
            var previousIsBreak = false
            var previousIsBlank = true
            if bytes.count >= 3, first == bytes[1], first == bytes[2],
                first == UInt8(ascii: "-") || first == UInt8(ascii: ".")
            {
                allowsPlain = false
            }
            if Self.isIndicator(first) { allowsPlain = false }
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                if byte > 0x7F {
                    let (length, isPrintable, isBreak) = Self.character(bytes, at: index)
                    // Breaks that YAML 1.1 alone knows are better seen.
                    if !isPrintable || isBreak { isSpecial = true }
                    if isBreak {
                        noteBreak(&previousIsSpace, &previousIsBreak)
                    } else {
                        previousIsSpace = false
                        previousIsBreak = false
                    }
                    previousIsBlank = isBreak
                    index += length
                    continue
                }
                let isFollowedByBlank = index + 1 >= bytes.count || Self.isBlank(bytes[index + 1])
                switch byte {
                case UInt8(ascii: " "):
                    if previousIsBreak {
                        allowsPlain = false
                        allowsSingleQuotes = false
                    }
                    previousIsSpace = true
                    previousIsBreak = false
                    previousIsBlank = true
                    index += 1
                    continue
                case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                    if byte == UInt8(ascii: "\n") { hasLineFeed = true } else { isSpecial = true }
                    noteBreak(&previousIsSpace, &previousIsBreak)
                    previousIsBlank = true
                    index += 1
                    continue
                case UInt8(ascii: ":"): if isFollowedByBlank { allowsPlain = false }
                case UInt8(ascii: "?"), UInt8(ascii: "-"):
                    if index == 0, isFollowedByBlank { allowsPlain = false }
                case UInt8(ascii: "#"): if previousIsBlank { allowsPlain = false }
                case 0x20...0x7E: break
                default: isSpecial = true
                }
                previousIsSpace = false
                previousIsBreak = false
                previousIsBlank = byte == UInt8(ascii: "\t")
                index += 1
            }
            if first == UInt8(ascii: " ") || last == UInt8(ascii: " ") || hasBreak { allowsPlain = false }
            if last == UInt8(ascii: " ") { allowsBlock = false }
            if isSpecial {
                allowsPlain = false
                allowsSingleQuotes = false
                allowsBlock = false
            }
        }

        private mutating func noteBreak(_ previousIsSpace: inout Bool, _ previousIsBreak: inout Bool) {
            hasBreak = true
            if previousIsSpace {
                allowsPlain = false
                allowsSingleQuotes = false
                allowsBlock = false
            }
            previousIsSpace = false
            previousIsBreak = true
        }

        private static func isIndicator(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "#"), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
                UInt8(ascii: "}"), UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "|"),
                UInt8(ascii: ">"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "%"), UInt8(ascii: "@"),
                UInt8(ascii: "`"):
                true
            default: false
            }
        }

        private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

        /// A character above ASCII: bytes, whether it may stand as it is, whether it breaks a line.
        private static func character(
            _ bytes: UnsafeBufferPointer<UInt8>, at index: Int
        ) -> (length: Int, isPrintable: Bool, isBreak: Bool) {
            let second = index + 1 < bytes.count ? bytes[index + 1] : 0
            let third = index + 2 < bytes.count ? bytes[index + 2] : 0
            switch bytes[index] {
            case 0xC2: return (2, second >= 0xA0, second == 0x85)
            case 0xC3...0xDF: return (2, true, false)
            case 0xE2 where second == 0x80 && (third == 0xA8 || third == 0xA9): return (3, true, true)
            case 0xED: return (3, second < 0xA0, false)
            case 0xEF:
                let isMark = second == 0xBB && third == 0xBF
                let isNone = second == 0xBF && (third == 0xBE || third == 0xBF)
                return (3, !isMark && !isNone, false)
            case 0xE0...0xEE: return (3, true, false)
            default: return (4, false, false)
            }
        }
    }
}
