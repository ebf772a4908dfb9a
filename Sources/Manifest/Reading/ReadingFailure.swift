// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// What stopped a reader and at which byte; becomes a `ReadingError` once, at the reader's edge.
struct ReadingFailure: Error {
    var offset: Int
    var reason: String
    var advice: String?

    init(at offset: Int, _ reason: String, advice: String? = nil) {
        self.offset = offset
        self.reason = reason
        self.advice = advice
    }

    func located(in bytes: UnsafeRawBufferPointer, file: Text) -> ReadingError {
        ReadingError(
            file: file, position: Position(offset: offset, in: bytes), reason: reason, advice: advice)
    }
}

extension Position {
    /// The line and column of a byte. Lines end with a line feed, a carriage return, or both. An offset behind the
    /// end counts as the end.
    init(offset: Int, in bytes: UnsafeRawBufferPointer) {
        let offset = min(max(offset, 0), bytes.count)
        var line = 1
        var lineStart = 0
        var index = 0
        while index < offset {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\n")
                || byte == UInt8(ascii: "\r") && !(index < bytes.count && bytes[index] == UInt8(ascii: "\n"))
            {
                line += 1
                lineStart = index
            }
        }
        self.init(line: line, column: offset - lineStart + 1, offset: offset)
    }
}

extension Text {
    /// The text as an error may quote it: shortened, and with everything that could upset a terminal escaped.
    package var quoted: String {
        let limit = 60
        let scalars = string.unicodeScalars
        let head = String(Substring(scalars.prefix(limit)))
        return head.debugDescription + (scalars.dropFirst(limit).isEmpty ? "" : "…")
    }
}
