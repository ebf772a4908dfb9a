// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// The way from a public key of Ed25519 to the one of X25519 that belongs to the same secret (RFC 7748, section 4.1):
/// u = (1 + y) / (1 - y) modulo 2^255 - 19. Public keys only, so nothing here hides how long it takes.
enum EdwardsPoint {
    /// - Parameter bytes: 32 bytes: y, little-endian, and the sign of x, which does not matter here.
    /// - Returns: `nil` for what is no point.
    static func montgomery(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count == 32 else { return nil }
        let y = FieldElement(bytes)
        let denominator = FieldElement.one - y
        guard !denominator.isZero else { return nil }
        return ((FieldElement.one + y) * denominator.inverse).bytes
    }
}

/// A number modulo p = 2^255 - 19, in five limbs of 51 bits.
private struct FieldElement {
    private static let mask: UInt64 = 1 << 51 - 1
    static let one = FieldElement(limbs: [1, 0, 0, 0, 0])
    /// 2p, so that differences stay positive.
    private static let twiceP: [UInt64] = [
        0xF_FFFF_FFFF_FFDA, 0xF_FFFF_FFFF_FFFE, 0xF_FFFF_FFFF_FFFE, 0xF_FFFF_FFFF_FFFE, 0xF_FFFF_FFFF_FFFE,
    ]

    private var limbs: [UInt64]

    private init(limbs: [UInt64]) { self.limbs = limbs }

    /// 32 bytes, little-endian; the top bit is left out.
    init(_ bytes: [UInt8]) {
        limbs = (0..<5).map { index in
            let bit = index * 51
            var value: UInt64 = 0
            for byte in (0..<8).reversed() where bit / 8 + byte < 32 {
                value = value << 8 | UInt64(bytes[bit / 8 + byte])
            }
            // Eight bytes from there hold all 51 bits: they begin at most 7 bits into the first.
            return value >> UInt64(bit % 8) & Self.mask
        }
    }

    static func + (a: FieldElement, b: FieldElement) -> FieldElement {
        FieldElement(limbs: zip(a.limbs, b.limbs).map { $0 + $1 }).carried
    }

    static func - (a: FieldElement, b: FieldElement) -> FieldElement {
        FieldElement(limbs: (0..<5).map { a.limbs[$0] + twiceP[$0] - b.limbs[$0] }).carried
    }

    static func * (a: FieldElement, b: FieldElement) -> FieldElement {
        var sums = [UInt128](repeating: 0, count: 5)
        for i in 0..<5 {
            for j in 0..<5 {
                // 2^255 is 19.
                let factor: UInt128 = i + j >= 5 ? 19 : 1
                sums[(i + j) % 5] += UInt128(a.limbs[i]) * UInt128(b.limbs[j]) * factor
            }
        }
        var carry: UInt128 = 0
        var limbs: [UInt64] = []
        for sum in sums {
            let value = sum + carry
            limbs.append(UInt64(truncatingIfNeeded: value) & mask)
            carry = value >> 51
        }
        let low = UInt128(limbs[0]) + carry * 19
        limbs[0] = UInt64(truncatingIfNeeded: low) & mask
        limbs[1] += UInt64(truncatingIfNeeded: low >> 51)
        return FieldElement(limbs: limbs).carried
    }

    /// To the power of p - 2 = 2^255 - 21.
    var inverse: FieldElement {
        var result = Self.one
        for bit in (0..<255).reversed() {
            result = result * result
            // All bits are set but the second and the fourth.
            if bit != 2 && bit != 4 { result = result * self }
        }
        return result
    }

    var isZero: Bool { bytes.allSatisfy { $0 == 0 } }

    /// 32 bytes, little-endian, below p.
    var bytes: [UInt8] {
        var value = carried.carried
        // Adding 19 carries out of the top exactly when the number is p or more.
        var carry = (value.limbs[0] + 19) >> 51
        for index in 1..<5 { carry = (value.limbs[index] + carry) >> 51 }
        value.limbs[0] += 19 * carry
        for index in 0..<4 {
            value.limbs[index + 1] += value.limbs[index] >> 51
            value.limbs[index] &= Self.mask
        }
        value.limbs[4] &= Self.mask
        var bytes = [UInt8](repeating: 0, count: 32)
        for bit in 0..<255 where value.limbs[bit / 51] >> UInt64(bit % 51) & 1 == 1 {
            bytes[bit / 8] |= 1 << UInt8(bit % 8)
        }
        return bytes
    }

    private var carried: FieldElement {
        var limbs = limbs
        for index in 0..<4 {
            limbs[index + 1] += limbs[index] >> 51
            limbs[index] &= Self.mask
        }
        limbs[0] += 19 * (limbs[4] >> 51)
        limbs[4] &= Self.mask
        return FieldElement(limbs: limbs)
    }
}
