// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// The first digits of bytes that are written in hexadecimal.
struct HexPrefix: Sendable {
    private let digits: [UInt8]

    /// - Parameter text: in lower case; `nil` unless it is nothing but digits.
    init?(_ text: [UInt8]) {
        var digits: [UInt8] = []
        for byte in text {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digits.append(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        self.digits = digits
    }

    func begins(_ bytes: some RandomAccessCollection<UInt8>) -> Bool {
        guard bytes.count * 2 >= digits.count else { return false }
        for (place, digit) in digits.enumerated() {
            let byte = bytes[bytes.index(bytes.startIndex, offsetBy: place / 2)]
            if (place.isMultiple(of: 2) ? byte >> 4 : byte & 0xF) != digit { return false }
        }
        return true
    }
}

/// Looking for bytes in bytes, upper and lower case of ASCII alike.
package enum Bytes {
    package static func lower(_ text: Text) -> [UInt8] { text.utf8.map(lower) }

    package static func lower(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 0x20 : byte
    }

    /// - Parameter word: in lower case.
    package static func occurs(_ word: [UInt8], in text: Text) -> Bool {
        text.withBytes { bytes in
            guard let first = word.first else { return true }
            guard bytes.count >= word.count else { return false }
            for start in 0...(bytes.count - word.count) where lower(bytes[start]) == first {
                var index = 1
                while index < word.count, lower(bytes[start + index]) == word[index] { index += 1 }
                if index == word.count { return true }
            }
            return false
        }
    }
}
