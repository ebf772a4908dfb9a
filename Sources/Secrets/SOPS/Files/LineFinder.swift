// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Finds the line that an offset lies in. The one that was found last is kept, since most walks go from left to right
/// and ask several times on each line, however long it is.
struct LineFinder {
    private var last: Range<Int>?
    /// Bytes that were looked at.
    private(set) var looks = 0

    /// - Parameter offset: at most the number of bytes; the line feed at its end belongs to a line.
    /// - Returns: the line without its line feed.
    mutating func line(at offset: Int, in bytes: [UInt8]) -> Range<Int> {
        if let last, last.lowerBound <= offset, offset <= last.upperBound { return last }
        let start = bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let end = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        looks += end - start + 1
        last = start..<end
        return start..<end
    }
}
