// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Text as a page may have it.
///
/// By bytes and scalars, never by characters: a combining mark behind a quote makes one character of both, and what
/// escapes by character lets that quote through. What is invisible or turns the direction of writing around is shown as
/// `\u{202e}`, so that a name cannot pass for another.
enum Escape {
    enum Place {
        case element
        /// Between double quotes.
        case attribute
    }

    static func append(_ text: Text, to output: inout [UInt8], in place: Place) {
        let isDone = text.withBytes { bytes in
            guard bytes.allSatisfy({ isPlain($0) }) else { return false }
            output += bytes
            return true
        }
        guard !isDone else { return }
        for scalar in text.string.unicodeScalars { append(scalar, to: &output, in: place) }
    }

    static func append(bytes: some Collection<UInt8>, to output: inout [UInt8]) {
        var iterator = bytes.makeIterator()
        var parser = UTF8.ForwardParser()
        var index = bytes.startIndex
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded):
                append(UTF8.decode(encoded), to: &output, in: .element)
                index = bytes.index(index, offsetBy: encoded.count)
            case .error(let length):
                for _ in 0..<length {
                    appendHidden("\\x" + Hex.encode([bytes[index]]), to: &output, in: .element)
                    index = bytes.index(after: index)
                }
            case .emptyInput:
                return
            }
        }
    }

    private static func append(_ scalar: UnicodeScalar, to output: inout [UInt8], in place: Place) {
        switch scalar {
        case "&": output += "&amp;".utf8
        case "<": output += "&lt;".utf8
        case ">": output += "&gt;".utf8
        case "\"": output += "&quot;".utf8
        case "'": output += "&#39;".utf8
        case "\n": output += (place == .attribute ? "&#10;" : "\n").utf8
        case "\t": output += (place == .attribute ? "&#9;" : "\t").utf8
        case _ where isHidden(scalar):
            appendHidden("\\u{" + String(scalar.value, radix: 16) + "}", to: &output, in: place)
        default: output += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
        }
    }

    private static func appendHidden(_ name: String, to output: inout [UInt8], in place: Place) {
        switch place {
        case .element: output += "<span class=\"hidden-sign\">\(name)</span>".utf8
        case .attribute: output += name.utf8
        }
    }

    /// Printable ASCII that means nothing in HTML.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): false
        default: byte >= 0x20 && byte < 0x7F
        }
    }

    private static func isHidden(_ scalar: UnicodeScalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return true
        default: return scalar.properties.isDefaultIgnorableCodePoint && !isPresentation(scalar)
        }
    }

    /// What says whether a sign is drawn as text or in colour.
    private static func isPresentation(_ scalar: UnicodeScalar) -> Bool { scalar == "\u{FE0E}" || scalar == "\u{FE0F}" }
}
