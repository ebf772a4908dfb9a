// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Bech32 (BIP 173) without its limit on length: a name for people, and bytes with a checksum.
enum Bech32 {
    private static let letters = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    private static let checksumLength = 6

    /// - Parameter name: in lower case.
    static func encode(_ name: String, _ bytes: [UInt8]) -> String {
        let values = regroup(bytes, from: 8, to: 5, isPadded: true) ?? []
        var check = polymod(expand(Array(name.utf8)) + values + [UInt8](repeating: 0, count: checksumLength)) ^ 1
        var checksum: [UInt8] = []
        for _ in 0..<checksumLength {
            checksum.append(UInt8(check >> 25 & 31))
            check <<= 5
        }
        return name + "1" + String(decoding: (values + checksum).map { letters[Int($0)] }, as: UTF8.self)
    }

    /// All in lower or all in upper case. The name comes back in lower case; `nil` for what is no Bech32.
    static func decode(_ text: String) -> (name: String, bytes: [UInt8])? {
        let hasLower = text.utf8.contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        let hasUpper = text.utf8.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        guard !(hasLower && hasUpper), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        let lower = text.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        guard let one = lower.lastIndex(of: UInt8(ascii: "1")), one > 0, lower.count - one > checksumLength else {
            return nil
        }
        let name = Array(lower[..<one])
        var values: [UInt8] = []
        for letter in lower[(one + 1)...] {
            guard let value = letters.firstIndex(of: letter) else { return nil }
            values.append(UInt8(value))
        }
        guard polymod(expand(name) + values) == 1,
            let bytes = regroup(Array(values.dropLast(checksumLength)), from: 5, to: 8, isPadded: false)
        else { return nil }
        return (String(decoding: name, as: UTF8.self), bytes)
    }

    private static func polymod(_ values: [UInt8]) -> UInt32 {
        let generators: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
        var check: UInt32 = 1
        for value in values {
            let top = check >> 25
            check = (check & 0x1ff_ffff) << 5 ^ UInt32(value)
            for (bit, generator) in generators.enumerated() where top >> UInt32(bit) & 1 == 1 { check ^= generator }
        }
        return check
    }

    private static func expand(_ name: [UInt8]) -> [UInt8] {
        name.map { $0 >> 5 } + [0] + name.map { $0 & 31 }
    }

    private static func regroup(_ values: [UInt8], from: UInt32, to: UInt32, isPadded: Bool) -> [UInt8]? {
        var output: [UInt8] = []
        var held: UInt32 = 0
        var bits: UInt32 = 0
        for value in values {
            held = (held << from | UInt32(value)) & 0xFFFF
            bits += from
            while bits >= to {
                bits -= to
                output.append(UInt8(held >> bits & ((1 << to) - 1)))
            }
        }
        if isPadded {
            if bits > 0 { output.append(UInt8(held << (to - bits) & ((1 << to) - 1))) }
            return output
        }
        return bits < from && held & ((1 << bits) - 1) == 0 ? output : nil
    }
}
