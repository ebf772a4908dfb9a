// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import CryptoExtras
import Foundation
package import Identity
package import Manifest

/// A key that a provider of a test signs with.
package struct TestKey: Sendable {
    private enum Material: Sendable {
        case rsa(_RSA.Signing.PrivateKey)
        case p256(P256.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    package let id: Text
    private let material: Material

    /// One of each kind; made once, because it takes long.
    package static let rsa = TestKey(rsa: "r1")
    package static let otherRSA = TestKey(rsa: "r1")
    package static let p256 = TestKey(id: "e1", .p256(P256.Signing.PrivateKey()))
    package static let ed25519 = TestKey(id: "d1", .ed25519(Curve25519.Signing.PrivateKey()))

    private init(rsa id: Text) {
        let key = try? _RSA.Signing.PrivateKey(keySize: .bits2048)
        self.init(id: id, key.map { .rsa($0) } ?? .p256(P256.Signing.PrivateKey()))
    }

    private init(id: Text, _ material: Material) {
        self.id = id
        self.material = material
    }

    package func renamed(_ id: Text) -> TestKey { TestKey(id: id, material) }

    package static func fresh(named id: Text) -> TestKey {
        TestKey(id: id, .ed25519(Curve25519.Signing.PrivateKey()))
    }

    package var algorithm: SignatureAlgorithm {
        switch material {
        case .rsa: .rs256
        case .p256: .es256
        case .ed25519: .edDSA
        }
    }

    /// As its owner publishes it.
    package var published: Value {
        var key: Object = ["kid": .string(id), "use": "sig", "alg": .string(Text(algorithm.rawValue))]
        for (name, value) in parts { key[name] = .string(value) }
        return .object(key)
    }

    private var parts: [(Text, Text)] {
        switch material {
        case .rsa(let key):
            guard let numbers = try? key.publicKey.getKeyPrimitives() else { return [] }
            return [
                ("kty", "RSA"), ("n", Base64URL.encode(Array(numbers.modulus))),
                ("e", Base64URL.encode(Array(numbers.publicExponent))),
            ]
        case .p256(let key):
            let point = Array(key.publicKey.x963Representation.dropFirst())
            return [
                ("kty", "EC"), ("crv", "P-256"), ("x", Base64URL.encode(point.prefix(32))),
                ("y", Base64URL.encode(point.suffix(32))),
            ]
        case .ed25519(let key):
            return [
                ("kty", "OKP"), ("crv", "Ed25519"), ("x", Base64URL.encode(Array(key.publicKey.rawRepresentation))),
            ]
        }
    }

    /// What others know of it, in the bytes that a careless verifier would take for a shared secret.
    package var publicText: [UInt8] {
        switch material {
        case .rsa(let key): Array(key.publicKey.pemRepresentation.utf8)
        case .p256(let key): Array(key.publicKey.pemRepresentation.utf8)
        case .ed25519(let key): Array(key.publicKey.rawRepresentation)
        }
    }

    package func signature(of bytes: [UInt8]) -> [UInt8] {
        switch material {
        case .rsa(let key):
            let signature = try? key.signature(for: bytes, padding: .insecurePKCS1v1_5)
            return signature.map { Array($0.rawRepresentation) } ?? []
        case .p256(let key): return (try? key.signature(for: bytes)).map { Array($0.rawRepresentation) } ?? []
        case .ed25519(let key): return (try? key.signature(for: bytes)).map { Array($0) } ?? []
        }
    }

    /// A token in order.
    package func token(_ claims: Value) -> Text {
        token(
            header: JSON.write(["alg": .string(Text(algorithm.rawValue)), "kid": .string(id), "typ": "JWT"]),
            JSON.write(claims))
    }

    /// A token of any bytes, signed.
    package func token(header: [UInt8], _ payload: [UInt8]) -> Text {
        let signed: Text = "\(Base64URL.encode(header)).\(Base64URL.encode(payload))"
        return "\(signed).\(Base64URL.encode(signature(of: Array(signed.utf8))))"
    }
}
