// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Base 64 with the standard alphabet (RFC 4648, section 4), canonical only.
package enum Base64 {
    package enum Padding: Sendable {
        case padded
        case unpadded
    }

    package static func encode(_ bytes: some Collection<UInt8>, _ padding: Padding = .padded) -> String {
        let capacity = (bytes.count + 2) / 3 * 4
        return String(unsafeUninitializedCapacity: capacity) { buffer in
            var count = 0
            var group: UInt32 = 0
            var held = 0
            func put(_ shift: UInt32) {
                buffer[count] = alphabet[Int(group >> shift & 63)]
                count += 1
            }
            for byte in bytes {
                group = group << 8 | UInt32(byte)
                held += 1
                guard held == 3 else { continue }
                for shift: UInt32 in [18, 12, 6, 0] { put(shift) }
                group = 0
                held = 0
            }
            if held > 0 {
                group <<= UInt32(8 * (3 - held))
                for shift: UInt32 in held == 1 ? [18, 12] : [18, 12, 6] { put(shift) }
                if case .padded = padding {
                    while count < capacity {
                        buffer[count] = UInt8(ascii: "=")
                        count += 1
                    }
                }
            }
            return count
        }
    }

    /// `nil` for what ``encode(_:_:)`` would not have written: other letters, white space, a wrong length, or bits that
    /// count for nothing and are not zero.
    package static func decode(_ text: some Collection<UInt8>, _ padding: Padding = .padded) -> [UInt8]? {
        var length = text.count
        if case .padded = padding {
            guard length.isMultiple(of: 4) else { return nil }
            let equals = text.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
            length -= equals
            guard equals == 0 || length % 4 == 4 - equals else { return nil }
        }
        guard length % 4 != 1 else { return nil }

        var bytes: [UInt8] = []
        bytes.reserveCapacity(length / 4 * 3 + 2)
        var group: UInt32 = 0
        var held: UInt32 = 0
        for letter in text.prefix(length) {
            let value = values[Int(letter)]
            guard value < 64 else { return nil }
            group = group << 6 | UInt32(value)
            held += 6
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(truncatingIfNeeded: group >> held))
            }
        }
        return group & ((1 << held) - 1) == 0 ? bytes : nil
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()
}
