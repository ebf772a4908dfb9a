// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

extension YAMLEvents.Problem {
    /// The problem in words that tell what to do, at the place where the mistake was made rather than noticed.
    func failure(in bytes: UnsafeRawBufferPointer, offsets: inout CharacterOffsets) -> ReadingFailure {
        let noticed: Int
        switch place {
        case .byte(let offset): noticed = offset
        case .character(let index): noticed = offsets.byteOffset(of: index)
        }
        let began = offsets.byteOffset(of: contextStart)
        let line = Self.line(around: noticed, in: bytes)
        let firstLine = Self.line(around: began, in: bytes)
        let looksLikeTemplate = Self.hasBraces(line) || Self.hasBraces(firstLine)

        var failure = words(noticed: noticed, began: began, in: bytes)
        if looksLikeTemplate { failure.advice = YAML.templateAdvice }
        return failure
    }

    private func words(noticed: Int, began: Int, in bytes: UnsafeRawBufferPointer) -> ReadingFailure {
        switch text {
        case "could not find expected ':'":
            ReadingFailure(at: began, "a text where a key is expected", advice: "is a colon or a quote missing?")
        case "found unexpected end of stream" where context.contains("quoted"):
            ReadingFailure(at: began, "a quoted text that does not end")
        case "found unexpected document indicator":
            ReadingFailure(at: began, "a quoted text that does not end before the next document")
        case "mapping values are not allowed in this context":
            ReadingFailure(
                at: noticed, "a colon that cannot stand here",
                advice: "quote text that holds a colon and a space, or check the indentation")
        case "found character that cannot start any token":
            Self.badStart(at: noticed, in: bytes)
        case "found a tab character that violates indentation",
            "found a tab character where an indentation space is expected":
            ReadingFailure(at: noticed, "a tab in the indentation", advice: "indent with spaces")
        case "did not find expected key", "did not find expected '-' indicator":
            ReadingFailure(at: noticed, text, advice: "check the indentation")
        case "did not find expected ',' or '}'", "did not find expected ',' or ']'":
            ReadingFailure(at: noticed, text, advice: "is the closing bracket missing?")
        case "control characters are not allowed":
            ReadingFailure(at: noticed, "a control character", advice: "write it escaped, in double quotes")
        default:
            ReadingFailure(at: noticed, context.isEmpty ? text : "\(text) \(context)")
        }
    }

    private static func badStart(at offset: Int, in bytes: UnsafeRawBufferPointer) -> ReadingFailure {
        guard offset < bytes.count else { return ReadingFailure(at: offset, "the text ends too early") }
        switch bytes[offset] {
        case UInt8(ascii: "\t"):
            return ReadingFailure(at: offset, "a tab in the indentation", advice: "indent with spaces")
        case let byte:
            let character = Text(String(UnicodeScalar(byte)))
            return ReadingFailure(at: offset, "no text begins with \(character.quoted)", advice: "quote the text")
        }
    }

    private static func line(around offset: Int, in bytes: UnsafeRawBufferPointer) -> Slice<UnsafeRawBufferPointer> {
        let newline = UInt8(ascii: "\n")
        let offset = min(max(offset, 0), bytes.count)
        let start = bytes[..<offset].lastIndex(of: newline).map { $0 + 1 } ?? 0
        let end = bytes[offset...].firstIndex(of: newline) ?? bytes.count
        return bytes[start..<end]
    }

    private static func hasBraces(_ line: Slice<UnsafeRawBufferPointer>) -> Bool {
        zip(line, line.dropFirst()).contains { $0 == UInt8(ascii: "{") && $1 == UInt8(ascii: "{") }
    }
}

extension YAML {
    static let templateAdvice = "this looks like a template that was not rendered; render it, or quote the text"
}
