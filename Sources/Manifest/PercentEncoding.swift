// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// RFC 3986's encoding; only unreserved characters stand for themselves.
package enum PercentEncoding {
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.unicodeScalars.append(UnicodeScalar(byte))
            default:
                text += "%" + Hex.encode([byte]).uppercased()
            }
        }
        return text
    }

    /// `nil` when a `%` is not followed by two hexadecimal digits. A `+` is a space, as forms write it.
    package static func decode(_ bytes: some Sequence<UInt8>) -> [UInt8]? {
        var decoded: [UInt8] = []
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "+"):
                decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = iterator.next(), let low = iterator.next(),
                    let pair = Hex.decode(String(decoding: [high, low], as: UTF8.self)), let value = pair.first
                else { return nil }
                decoded.append(value)
            default:
                decoded.append(byte)
            }
        }
        return decoded
    }
}
