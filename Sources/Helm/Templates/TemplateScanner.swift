// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Finds the functions that a Go template calls, and puts others in their place.
///
/// Knows of the language of text/template what is needed to tell a function's name from text, comments, strings, fields
/// and variables. What is no template stays as it is.
package struct TemplateScanner {
    /// What to write for a function's name.
    package typealias Replacements = [(name: [UInt8], replacement: [UInt8])]

    private let bytes: [UInt8]
    private let replacements: Replacements
    private var index = 0
    private var copied = 0
    private var output: [UInt8] = []

    /// The template with every call of the functions replaced.
    package static func replace(_ replacements: Replacements, in bytes: [UInt8]) -> [UInt8] {
        var scanner = TemplateScanner(bytes: bytes, replacements: replacements)
        scanner.scan()
        guard scanner.copied > 0 else { return bytes }
        return scanner.output + bytes[scanner.copied...]
    }

    private init(bytes: [UInt8], replacements: Replacements) {
        self.bytes = bytes
        self.replacements = replacements
    }

    private mutating func scan() {
        while index + 1 < bytes.count {
            if bytes[index] == UInt8(ascii: "{"), bytes[index + 1] == UInt8(ascii: "{") {
                index += 2
                if !skipComment() { scanAction() }
            } else {
                index += 1
            }
        }
    }

    /// `{{/* … */}}`, also with marks that trim.
    private mutating func skipComment() -> Bool {
        var start = index
        if start + 1 < bytes.count, bytes[start] == UInt8(ascii: "-"), Self.isSpace(bytes[start + 1]) {
            start += 1
            while start < bytes.count, Self.isSpace(bytes[start]) { start += 1 }
        }
        guard bytes[start...].starts(with: "/*".utf8) else { return false }
        index = start + 2
        while index < bytes.count, !bytes[index...].starts(with: "*/".utf8) { index += 1 }
        index = min(bytes.count, index + 2)
        return true
    }

    /// Up to the `}}` that ends the action.
    private mutating func scanAction() {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "}") where index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "}"):
                index += 2
                return
            case UInt8(ascii: "\""), UInt8(ascii: "'"): skipQuoted(escapes: true)
            case UInt8(ascii: "`"): skipQuoted(escapes: false)
            case let byte where Self.isWord(byte): scanWord()
            default: index += 1
            }
        }
    }

    private mutating func skipQuoted(escapes: Bool) {
        let quote = bytes[index]
        index += 1
        while index < bytes.count, bytes[index] != quote {
            // A line's end ends what is broken anyway.
            if escapes, bytes[index] == 0x0A { return }
            index += escapes && bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index = min(bytes.count, index + 1)
    }

    private mutating func scanWord() {
        let start = index
        while index < bytes.count, Self.isWord(bytes[index]) { index += 1 }
        // A field (.name) or a variable ($name).
        guard start > 0, bytes[start - 1] != UInt8(ascii: "."), bytes[start - 1] != UInt8(ascii: "$") else { return }
        let word = bytes[start..<index]
        guard let replacement = replacements.first(where: { word.elementsEqual($0.name) }) else { return }
        output += bytes[copied..<start]
        output += replacement.replacement
        copied = index
    }

    private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

    /// Letters beyond ASCII count as letters, as they do in Go.
    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
