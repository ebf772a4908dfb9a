// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Where things are said to stand, found once more by the slowest and plainest means.
enum Places {
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// - Parameter mark: whether a byte order mark counts as bytes and not as columns, as YAML has it.
    static func check(
        _ position: Position?, in bytes: [UInt8], besides mark: Bool = true
    ) throws(Violation) {
        guard let position else { throw Violation(description: "there is no position") }
        let markLength = mark && bytes.starts(with: Self.mark) ? Self.mark.count : 0
        let text = bytes.dropFirst(markLength)
        try require((markLength...bytes.count).contains(position.offset), "\(position) lies outside the text")
        var line = 1
        var column = 1
        for index in text.startIndex..<position.offset {
            let isBreak =
                text[index] == UInt8(ascii: "\n")
                || (text[index] == UInt8(ascii: "\r") && text[(index + 1)...].first != UInt8(ascii: "\n"))
            (line, column) = isBreak ? (line + 1, 1) : (line, column + 1)
        }
        try require(position.line == line && position.column == column, "\(position) should be \(line):\(column)")
    }
}
