// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Base 64 with the alphabet for addresses (RFC 4648, section 5), without padding, canonical only: as JWS writes it.
package enum Base64URL {
    package static func encode(_ bytes: some Collection<UInt8>) -> Text {
        let letters = Base64.encode(bytes, .unpadded).utf8.map { letter -> UInt8 in
            switch letter {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: letter
            }
        }
        return Text(String(decoding: letters, as: UTF8.self))
    }

    /// `nil` for what ``encode(_:)`` would not have written.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var letters: [UInt8] = []
        letters.reserveCapacity(text.count)
        for letter in text {
            switch letter {
            case UInt8(ascii: "-"): letters.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): letters.append(UInt8(ascii: "/"))
            case UInt8(ascii: "+"), UInt8(ascii: "/"): return nil
            default: letters.append(letter)
            }
        }
        return Base64.decode(letters, .unpadded)
    }
}
