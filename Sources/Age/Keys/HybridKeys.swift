// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import FoundationEssentials
import Manifest

/// The public half of a hybrid of ML-KEM-768 and X25519, which quantum computers do not break either: `age1pq1…`.
package struct HybridRecipient: Sendable {
    static let name = "age1pq"
    static let stanzaType = "mlkem768x25519"
    static let ciphersuite = HPKE.Ciphersuite(kem: .XWingMLKEM768X25519, kdf: .HKDF_SHA256, aead: .chaChaPoly)
    static let info = Data("age-encryption.org/mlkem768x25519".utf8)
    /// Of an encapsulated key: the one of ML-KEM, then a point of Curve25519.
    static let encapsulatedLength = 1120

    private let key: XWingMLKEM768X25519.PublicKey

    init(_ bytes: [UInt8]) throws(AgeError) {
        guard bytes.count == 1216, let key = try? XWingMLKEM768X25519.PublicKey(rawRepresentation: bytes) else {
            throw .key("this is no hybrid age recipient")
        }
        self.key = key
    }

    fileprivate init(_ key: XWingMLKEM768X25519.PublicKey) { self.key = key }

    func wrap(_ fileKey: FileKey) throws(AgeError) -> Stanza {
        do {
            var sender = try HPKE.Sender(recipientKey: key, ciphersuite: Self.ciphersuite, info: Self.info)
            let body = try fileKey.withBytes { try sender.seal($0) }
            return Stanza(
                type: Self.stanzaType, arguments: [Base64.encode(sender.encapsulatedKey, .unpadded)],
                body: Array(body))
        } catch {
            throw .key("the hybrid recipient cannot be encrypted to")
        }
    }
}

extension HybridRecipient: CustomStringConvertible {
    package var description: String { Bech32.encode(Self.name, Array(key.rawRepresentation)) }
}

/// The secret half: `AGE-SECRET-KEY-PQ-1…`, a seed of 32 bytes.
package struct HybridIdentity: Sendable {
    static let name = "age-secret-key-pq-"

    private let key: XWingMLKEM768X25519.PrivateKey

    init(_ seed: [UInt8]) throws(AgeError) {
        guard seed.count == 32,
            let key = try? XWingMLKEM768X25519.PrivateKey(seedRepresentation: seed, publicKey: nil)
        else { throw .key("a hybrid age secret key has 32 bytes, and this one has \(seed.count)") }
        self.key = key
    }

    init() throws(AgeError) {
        guard let key = try? XWingMLKEM768X25519.PrivateKey.generate() else {
            throw .key("no hybrid key could be made")
        }
        self.key = key
    }

    var recipient: HybridRecipient { HybridRecipient(key.publicKey) }

    var secretText: Secret<Text> {
        Secret(Text(Bech32.encode(Self.name, Array(key.seedRepresentation)).uppercased()))
    }

    func unwrap(_ stanza: Stanza) throws(AgeError) -> FileKey? {
        try stanza.expect(arguments: 1)
        let encapsulated = try stanza.bytes(
            ofArgument: 0, count: HybridRecipient.encapsulatedLength, "encapsulated key")
        try stanza.expectFileKey()
        guard Self.isOfHighOrder(encapsulated.suffix(32)) else {
            throw .header("the share of a \(stanza.type) recipient is a point of low order")
        }
        guard
            var receiver = try? HPKE.Recipient(
                privateKey: key, ciphersuite: HybridRecipient.ciphersuite, info: HybridRecipient.info,
                encapsulatedKey: Data(encapsulated)),
            let plain = try? receiver.open(stanza.body)
        else { return nil }
        return FileKey(plain)
    }

    /// A point of low order gives zero with every secret key, so any will tell.
    private static func isOfHighOrder(_ point: ArraySlice<UInt8>) -> Bool {
        guard let point = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: Array(point)) else { return false }
        let secret = try? Curve25519.KeyAgreement.PrivateKey().sharedSecretFromKeyAgreement(with: point)
        return secret?.isZero == false
    }
}
