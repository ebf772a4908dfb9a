// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import CryptoExtras
import Foundation
package import Manifest

/// A public key of an issuer (RFC 7517). What it can check follows from the key, whatever a token says.
package struct VerificationKey: Sendable {
    private enum Material: Sendable {
        case rsa(_RSA.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    /// `kid`
    package let id: Text?
    private let material: Material

    /// Longer ones take a server longer than it has for strangers.
    private static let longestModulus = 1024

    /// `nil` for a key that is not for signatures, not of a kind that we use, too weak, or not public.
    package init?(_ key: Object) {
        guard key["d"] == nil, key["k"] == nil else { return nil }
        if let use = key["use"], use != "sig" { return nil }
        if let operations = key["key_ops"] {
            guard operations.arrayValue?.contains("verify") ?? false else { return nil }
        }
        if let id = key["kid"] {
            guard let text = id.stringValue else { return nil }
            self.id = text
        } else {
            id = nil
        }
        guard let material = Self.material(of: key) else { return nil }
        self.material = material
        if let name = key["alg"], name.stringValue?.string != algorithm.rawValue { return nil }
    }

    package var algorithm: SignatureAlgorithm {
        switch material {
        case .rsa: .rs256
        case .p256: .es256
        case .ed25519: .edDSA
        }
    }

    func isValid(_ signature: [UInt8], for bytes: [UInt8]) -> Bool {
        switch material {
        case .rsa(let key):
            key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature), for: bytes, padding: .insecurePKCS1v1_5)
        case .p256(let key):
            (try? P256.Signing.ECDSASignature(rawRepresentation: signature)).map {
                key.isValidSignature($0, for: bytes)
            } ?? false
        case .ed25519(let key): key.isValidSignature(signature, for: bytes)
        }
    }

    private static func material(of key: Object) -> Material? {
        func bytes(_ name: Text) -> [UInt8]? { key[name]?.stringValue.flatMap { Base64URL.decode($0.utf8) } }
        switch (key["kty"]?.stringValue, key["crv"]?.stringValue) {
        case ("RSA", nil):
            guard let modulus = bytes("n"), modulus.count <= longestModulus, let exponent = bytes("e"),
                (1...4).contains(exponent.count), let last = exponent.last, last & 1 == 1, exponent != [1]
            else { return nil }
            // Refuses less than 2048 bits.
            return (try? _RSA.Signing.PublicKey(n: modulus, e: exponent)).map { .rsa($0) }
        case ("EC", "P-256"):
            guard let x = bytes("x"), let y = bytes("y"), x.count == 32, y.count == 32 else { return nil }
            return (try? P256.Signing.PublicKey(x963Representation: [4] + x + y)).map { .p256($0) }
        case ("OKP", "Ed25519"):
            guard let x = bytes("x"), x.count == 32 else { return nil }
            return (try? Curve25519.Signing.PublicKey(rawRepresentation: x)).map { .ed25519($0) }
        default: return nil
        }
    }
}
