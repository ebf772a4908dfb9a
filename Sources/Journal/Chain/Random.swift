// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// From the system's cryptographic source.
enum RandomBytes {
    static func make(_ count: Int) -> [UInt8] {
        // Eight at a time: each number is a call of the system.
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 7)
        while bytes.count < count { withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0) } }
        bytes.removeLast(bytes.count - count)
        return bytes
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
