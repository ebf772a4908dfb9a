// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// What separates tokens in YAML 1.1, where U+0085, U+2028 and U+2029 end lines, too.
enum YAMLSpace {
    /// The bytes of the line break that begins at an offset; 0 when none does. CR LF counts as two.
    static func breakLength(at offset: Int, in bytes: UnsafeRawBufferPointer) -> Int {
        guard offset < bytes.count else { return 0 }
        switch bytes[offset] {
        case 0x0A, 0x0D: return 1
        case 0xC2: return offset + 1 < bytes.count && bytes[offset + 1] == 0x85 ? 2 : 0
        case 0xE2:
            let isSeparator =
                offset + 2 < bytes.count && bytes[offset + 1] == 0x80
                && (bytes[offset + 2] == 0xA8 || bytes[offset + 2] == 0xA9)
            return isSeparator ? 3 : 0
        default: return 0
        }
    }

    /// The same for a break that ends before an offset.
    static func breakLength(before offset: Int, in bytes: UnsafeRawBufferPointer) -> Int {
        guard offset > 0, offset <= bytes.count else { return 0 }
        for length in 1...3 where offset >= length && breakLength(at: offset - length, in: bytes) == length {
            return length
        }
        return 0
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// The bytes of the blank or break at an offset; 0 when something else stands there.
    static func length(at offset: Int, in bytes: UnsafeRawBufferPointer) -> Int {
        guard offset < bytes.count else { return 0 }
        return isBlank(bytes[offset]) ? 1 : breakLength(at: offset, in: bytes)
    }

    /// Where the line ends that an offset lies in, its break not included.
    static func lineEnd(from start: Int, limit: Int, in bytes: UnsafeRawBufferPointer) -> Int {
        var index = start
        while index < limit, breakLength(at: index, in: bytes) == 0 { index += 1 }
        return index
    }
}
