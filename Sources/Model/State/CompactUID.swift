// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A UID in 16 bytes, where it is a UUID as servers write it: a text of 36 bytes takes 80 with what the allocator adds.
package struct CompactUID: Sendable, Hashable {
    private let high, low: UInt64

    package static let zero = CompactUID(high: 0, low: 0)

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// `nil` for every text that ``text`` would not give back as it is.
    package init?(_ text: Text) {
        guard text.utf8.count == Self.length else { return nil }
        let words = text.withBytes { bytes -> (UInt64, UInt64)? in
            var (high, low): (UInt64, UInt64) = (0, 0)
            for (index, byte) in bytes.enumerated() {
                if Self.isDash(index) {
                    guard byte == UInt8(ascii: "-") else { return nil }
                    continue
                }
                guard let digit = Self.value(byte) else { return nil }
                high = high << 4 | low >> 60
                low = low << 4 | digit
            }
            return (high, low)
        }
        guard let words else { return nil }
        self.init(high: words.0, low: words.1)
    }

    package var text: Text {
        let string = String(unsafeUninitializedCapacity: Self.length) { buffer in
            var (high, low) = (high, low)
            for index in 0..<Self.length {
                if Self.isDash(index) {
                    buffer[index] = UInt8(ascii: "-")
                    continue
                }
                buffer[index] = Self.digit(UInt8(high >> 60))
                high = high << 4 | low >> 60
                low <<= 4
            }
            return Self.length
        }
        return Text(string)
    }

    private static let length = 36

    /// Whether a dash stands there: 8-4-4-4-12 digits.
    private static func isDash(_ index: Int) -> Bool { index == 8 || index == 13 || index == 18 || index == 23 }

    private static func value(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        default: nil
        }
    }

    private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
}
