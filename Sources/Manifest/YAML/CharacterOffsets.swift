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
            if target &- character >= 8, isASCIIWord(at: byte) {
                byte &+= 8
                character &+= 8
                continue
            }
            byte &+= 1
            while byte < bytes.count, Self.isContinuation(bytes[byte]) { byte &+= 1 }
            character &+= 1
        }
        while character > target, byte > 0 {
            if character &- target >= 8, isASCIIWord(at: byte &- 8) {
                byte &-= 8
                character &-= 8
                continue
            }
            byte &-= 1
            while byte > 0, Self.isContinuation(bytes[byte]) { byte &-= 1 }
            character &-= 1
        }
        return byte
    }

    private func isASCIIWord(at offset: Int) -> Bool {
        guard offset >= 0, offset &+ 8 <= bytes.count else { return false }
        return bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
    }

    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
