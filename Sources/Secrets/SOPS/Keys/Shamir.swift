// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Manifest

/// Shamir's secret sharing over GF(2^8): any `threshold` of the parts give the secret, fewer tell nothing.
///
/// Each byte of the secret is the value at 0 of a random polynomial; a part is its values at one place, which is the
/// part's last byte.
enum Shamir {
    static func split(_ secret: Secret<[UInt8]>, parts: Int, threshold: Int) -> [Secret<[UInt8]>] {
        secret.withExposed { secret in
            let polynomials = secret.map { byte in
                [byte] + randomBytes(max(0, threshold - 1))
            }
            return (1...parts).map { part in
                let x = UInt8(truncatingIfNeeded: part)
                return Secret(polynomials.map { evaluate($0, at: x) } + [x])
            }
        }
    }

    /// - Throws: when the parts do not belong together.
    static func combine(_ parts: [Secret<[UInt8]>]) throws(SecretsError) -> Secret<[UInt8]> {
        let parts = parts.map { $0.withExposed { $0 } }
        let places = parts.compactMap(\.last)
        guard let length = parts.first?.count, length > 1, parts.allSatisfy({ $0.count == length }),
            Set(places).count == parts.count, !places.contains(0)
        else { throw SecretsError(.tampered, "the parts of the data key do not fit each other") }
        return Secret(
            (0..<(length - 1)).map { index in
                var sum: UInt8 = 0
                for (part, x) in zip(parts, places) {
                    var factor: UInt8 = 1
                    for other in places where other != x {
                        factor = multiply(factor, divide(other, x ^ other))
                    }
                    sum ^= multiply(part[index], factor)
                }
                return sum
            })
    }

    private static func evaluate(_ polynomial: [UInt8], at x: UInt8) -> UInt8 {
        polynomial.reversed().reduce(0) { multiply($0, x) ^ $1 }
    }

    /// Modulo x^8 + x^4 + x^3 + x + 1, without branches or look-ups that depend on the values.
    private static func multiply(_ a: UInt8, _ b: UInt8) -> UInt8 {
        var product: UInt8 = 0
        var a = a
        for bit: UInt8 in 0..<8 {
            product ^= a & (0 &- (b >> bit & 1))
            a = (a << 1) ^ (0x1B & (0 &- (a >> 7)))
        }
        return product
    }

    /// By the inverse: a number to the power of 254. Only places are divided by, and none of them is zero.
    private static func divide(_ a: UInt8, _ b: UInt8) -> UInt8 {
        var inverse: UInt8 = 1
        for _ in 0..<254 { inverse = multiply(inverse, b) }
        return multiply(a, inverse)
    }

    private static func randomBytes(_ count: Int) -> [UInt8] {
        guard count > 0 else { return [] }
        return SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).withUnsafeBytes { Array($0) }
    }
}
