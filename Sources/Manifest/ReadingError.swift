// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Why a text could not be read, and where.
package struct ReadingError: Error, Sendable, Hashable {
    /// The file as the user knows it; empty when the text came from no file.
    package var file: Text
    /// 1-based.
    package var position: Position?
    /// What is wrong, without a final full stop: `duplicate key "image"`.
    package var reason: String
    /// What to do about it, where we know: `did you mean "targets"?`
    package var advice: String?

    package init(file: Text = "", position: Position? = nil, reason: String, advice: String? = nil) {
        self.file = file
        self.position = position
        self.reason = reason
        self.advice = advice
    }
}

/// A place in a text. Line and column are 1-based; the column counts bytes, as compilers do.
package struct Position: Sendable, Hashable {
    package var line: Int
    package var column: Int
    /// 0-based offset in bytes.
    package var offset: Int

    package init(line: Int, column: Int, offset: Int) {
        self.line = line
        self.column = column
        self.offset = offset
    }
}

extension ReadingError: CustomStringConvertible {
    package var description: String {
        var text = file.string
        if let position { text += (text.isEmpty ? "line " : ":") + "\(position.line):\(position.column)" }
        if !text.isEmpty { text += ": " }
        text += reason
        if let advice { text += " (\(advice))" }
        return text
    }
}
