// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// From the system's cryptographic source.
enum RandomBytes {
    static func make(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}

/// Ids of writers: 32 lower-case hexadecimal digits.
package enum WriterID {
    package static func random() -> Text {
        Text(Hex.encode(RandomBytes.make(16)))
    }

    package static func isValid(_ text: Text) -> Bool {
        guard let bytes = Hex.decode(text.string), bytes.count == 16 else { return false }
        return Text(Hex.encode(bytes)) == text
    }
}
