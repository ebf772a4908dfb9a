// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Manifest

/// The public half of a key pair on Curve25519: `age1…`.
package struct X25519Recipient: Sendable {
    static let name = "age"
    static let stanzaType = "X25519"
    private static let info = Array("age-encryption.org/v1/X25519".utf8)

    fileprivate let bytes: [UInt8]

    init(_ bytes: [UInt8]) throws(AgeError) {
        guard bytes.count == 32 else { throw .key("an age recipient has 32 bytes, and this one has \(bytes.count)") }
        self.bytes = bytes
    }

    fileprivate init(_ key: Curve25519.KeyAgreement.PublicKey) { bytes = Array(key.rawRepresentation) }

    func wrap(_ fileKey: FileKey) throws(AgeError) -> Stanza {
        let ephemeral = Curve25519.KeyAgreement.PrivateKey()
        let share = Array(ephemeral.publicKey.rawRepresentation)
        guard let key = Self.wrapKey(ephemeral, peer: bytes, share: share, recipient: bytes) else {
            throw .key("the recipient is no usable point of the curve")
        }
        return Stanza(
            type: Self.stanzaType, arguments: [Base64.encode(share, .unpadded)], body: try fileKey.wrapped(with: key))
    }

    /// `nil` when the shared secret would be zero.
    fileprivate static func wrapKey(
        _ own: Curve25519.KeyAgreement.PrivateKey, peer: [UInt8], share: [UInt8], recipient: [UInt8]
    ) -> SymmetricKey? {
        guard let peer = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: peer),
            let secret = try? own.sharedSecretFromKeyAgreement(with: peer), !secret.isZero
        else { return nil }
        return secret.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: share + recipient, sharedInfo: info, outputByteCount: 32)
    }
}

extension X25519Recipient: CustomStringConvertible {
    package var description: String { Bech32.encode(Self.name, bytes) }
}

/// The secret half: `AGE-SECRET-KEY-1…`.
package struct X25519Identity: Sendable {
    static let name = "age-secret-key-"

    private let key: Curve25519.KeyAgreement.PrivateKey
    let recipient: X25519Recipient

    init(_ bytes: [UInt8]) throws(AgeError) {
        guard let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes) else {
            throw .key("an age secret key has 32 bytes, and this one has \(bytes.count)")
        }
        self.init(key)
    }

    init() { self.init(Curve25519.KeyAgreement.PrivateKey()) }

    private init(_ key: Curve25519.KeyAgreement.PrivateKey) {
        self.key = key
        recipient = X25519Recipient(key.publicKey)
    }

    var secretText: Secret<Text> { Secret(Text(Bech32.encode(Self.name, Array(key.rawRepresentation)).uppercased())) }

    func unwrap(_ stanza: Stanza) throws(AgeError) -> FileKey? {
        try stanza.expect(arguments: 1)
        let share = try stanza.bytes(ofArgument: 0, count: 32, "share")
        try stanza.expectFileKey()
        guard let wrapKey = X25519Recipient.wrapKey(key, peer: share, share: share, recipient: recipient.bytes) else {
            throw .header("the share of an X25519 recipient is a point of low order")
        }
        return FileKey.unwrap(stanza.body, with: wrapKey)
    }
}

extension SharedSecret {
    /// What points of low order give with every key. Whoever sends one wants to know the secret.
    var isZero: Bool { withUnsafeBytes { bytes in bytes.reduce(0 as UInt8) { $0 | $1 } == 0 } }
}
