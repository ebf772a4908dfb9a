// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Whether bytes are UTF-8, and whether they are all ASCII.
enum UTF8Check: Equatable {
    case ascii
    case utf8
    /// The offset of the first byte that belongs to no well-formed character.
    case invalid(at: Int)

    init(_ bytes: UnsafeRawBufferPointer) {
        var index = Self.asciiPrefix(of: bytes, from: 0)
        if index == bytes.count {
            self = .ascii
            return
        }
        while index < bytes.count {
            if bytes[index] < 0x80 {
                index = Self.asciiPrefix(of: bytes, from: index)
            } else {
                guard let length = Self.length(of: bytes, at: index) else {
                    self = .invalid(at: index)
                    return
                }
                index += length
            }
        }
        self = .utf8
    }

    /// The index of the first byte from `start` on that is not ASCII.
    private static func asciiPrefix(of bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index &+ 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if word & 0x8080_8080_8080_8080 != 0 { break }
            index &+= 8
        }
        while index < bytes.count, bytes[index] < 0x80 { index &+= 1 }
        return index
    }

    /// The length of the well-formed character that begins with a byte above 0x7F (Unicode's table 3-7).
    private static func length(of bytes: UnsafeRawBufferPointer, at index: Int) -> Int? {
        func follows(_ distance: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
            index + distance < bytes.count && range.contains(bytes[index + distance])
        }
        switch bytes[index] {
        case 0xC2...0xDF: return follows(1) ? 2 : nil
        case 0xE0: return follows(1, 0xA0...0xBF) && follows(2) ? 3 : nil
        case 0xED: return follows(1, 0x80...0x9F) && follows(2) ? 3 : nil
        case 0xE1...0xEF: return follows(1) && follows(2) ? 3 : nil
        case 0xF0: return follows(1, 0x90...0xBF) && follows(2) && follows(3) ? 4 : nil
        case 0xF1...0xF3: return follows(1) && follows(2) && follows(3) ? 4 : nil
        case 0xF4: return follows(1, 0x80...0x8F) && follows(2) && follows(3) ? 4 : nil
        default: return nil
        }
    }
}
