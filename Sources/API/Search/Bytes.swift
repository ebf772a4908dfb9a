// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Looking for bytes in bytes, upper and lower case of ASCII alike.
package enum Bytes {
    package static func lower(_ text: Text) -> [UInt8] { text.utf8.map(lower) }

    static func lower(_ byte: UInt8) -> UInt8 {
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
