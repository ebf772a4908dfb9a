// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Algorithms
import Glibc

/// Where each line of a text begins, to turn many offsets into positions.
struct LineTable: Sendable {
    private let starts: [Int32]

    init(_ bytes: UnsafeRawBufferPointer) {
        var starts: [Int32] = [0]
        var index = 0
        let hasReturns = bytes.baseAddress.map { memchr($0, Int32(UInt8(ascii: "\r")), bytes.count) != nil } ?? false
        while let base = bytes.baseAddress, index < bytes.count {
            if hasReturns {
                guard let end = Self.lineEnd(in: bytes, from: index) else { break }
                index = end
            } else {
                guard let found = memchr(base + index, Int32(UInt8(ascii: "\n")), bytes.count - index) else { break }
                index = UnsafeRawPointer(found) - base + 1
            }
            starts.append(Int32(truncatingIfNeeded: index))
        }
        self.starts = starts
    }

    func position(of offset: Int) -> Position {
        // The last line that begins at or before the offset; the first begins at 0.
        let line = max(1, starts.partitioningIndex { Int($0) > offset })
        return Position(line: line, column: offset - Int(starts[line - 1]) + 1, offset: offset)
    }

    private static func lineEnd(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\n") { return index }
            if byte == UInt8(ascii: "\r"), index == bytes.count || bytes[index] != UInt8(ascii: "\n") { return index }
        }
        return nil
    }
}
