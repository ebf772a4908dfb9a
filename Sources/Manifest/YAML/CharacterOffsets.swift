// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Turns libyaml's places, which count code points, into byte offsets.
///
/// Remembers the last place, because places come nearly in order.
struct CharacterOffsets {
    private let bytes: UnsafeRawBufferPointer
    private let isASCII: Bool
    private var character = 0
    private var byte = 0

    /// The bytes must be UTF-8.
    init(_ bytes: UnsafeRawBufferPointer, isASCII: Bool) {
        self.bytes = bytes
        self.isASCII = isASCII
    }

    mutating func byteOffset(of target: Int) -> Int {
        if isASCII { return min(target, bytes.count) }
        while character < target, byte < bytes.count {
            byte += 1
            while byte < bytes.count, Self.isContinuation(bytes[byte]) { byte += 1 }
            character += 1
        }
        while character > target, byte > 0 {
            byte -= 1
            while byte > 0, Self.isContinuation(bytes[byte]) { byte -= 1 }
            character -= 1
        }
        return byte
    }

    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
