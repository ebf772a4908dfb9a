// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// Numbers and bytes as the driver keeps them: little-endian, lengths in two bytes before what they measure.
extension [UInt8] {
    mutating func append(number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    /// At most 65,535 bytes.
    mutating func append(measured bytes: some Collection<UInt8>) {
        append(number: UInt16(truncatingIfNeeded: bytes.count))
        append(contentsOf: bytes)
    }

    mutating func append(_ content: ContentID?) {
        switch content {
        case nil: append(0)
        case .git(let id):
            append(id.bytes.count == 20 ? 1 : 2)
            append(contentsOf: id.bytes)
        case .sha256(let digest):
            append(3)
            append(contentsOf: digest.bytes)
        }
    }
}

/// Takes from the front what ``Swift/Array/append(number:)`` and the like have put there.
extension ArraySlice<UInt8> {
    /// At most `count` bytes.
    mutating func take(_ count: Int) -> ArraySlice<UInt8> {
        let taken = prefix(count)
        self = dropFirst(count)
        return taken
    }

    mutating func number<Number: FixedWidthInteger>() -> Number? {
        guard count >= MemoryLayout<Number>.size else { return nil }
        var number: Number = 0
        for byte in prefix(MemoryLayout<Number>.size).reversed() {
            number = number << 8 | Number(truncatingIfNeeded: byte)
        }
        self = dropFirst(MemoryLayout<Number>.size)
        return number
    }

    /// `nil` when fewer bytes are left than were measured.
    mutating func measured() -> ArraySlice<UInt8>? {
        guard let length: UInt16 = number(), count >= length else { return nil }
        return take(Int(length))
    }

    /// `nil` for what is none, `.some(nil)` where there was none.
    mutating func content() -> ContentID?? {
        guard let tag = popFirst() else { return nil }
        switch tag {
        case 0: return .some(nil)
        case 1, 2: return GitID(bytes: Array(take(tag == 1 ? 20 : 32))).map { .some(.git($0)) }
        case 3: return Digest(bytes: Array(take(32))).map { .some(.sha256($0)) }
        default: return nil
        }
    }
}
