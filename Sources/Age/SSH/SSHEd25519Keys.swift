// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Manifest

/// A public key of SSH, as it stands in an `authorized_keys` file: `ssh-ed25519 AAAA… comment`.
package struct SSHEd25519Recipient: Sendable {
    static let stanzaType = "ssh-ed25519"
    private static let label = Array("age-encryption.org/v1/ssh-ed25519".utf8)

    /// The key in SSH's wire format.
    private let wire: [UInt8]
    /// The same key on the curve that secrets are agreed on.
    fileprivate let point: [UInt8]

    init(parsing line: String) throws(AgeError) {
        let words = line.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard let type = words.first, words.count >= 2, let wire = Base64.decode(words[1]) else {
            throw .key("this is no SSH public key")
        }
        guard type.elementsEqual(Self.stanzaType.utf8) else { throw Self.refusal(of: String(Substring(type))) }
        var buffer = SSHBuffer(wire)
        guard buffer.string() == Array(Self.stanzaType.utf8), let key = buffer.string(), buffer.rest.isEmpty else {
            throw .key("the SSH public key is malformed")
        }
        try self.init(publicKey: key)
    }

    fileprivate init(publicKey: [UInt8]) throws(AgeError) {
        guard let point = EdwardsPoint.montgomery(publicKey) else { throw .key("the SSH public key is malformed") }
        self.point = point
        wire = SSHBuffer.string(Self.stanzaType.utf8) + SSHBuffer.string(publicKey)
    }

    /// Why keys of another type do not serve.
    static func refusal(of type: String) -> AgeError {
        type == "ssh-rsa"
            ? .unsupported(
                "SSH keys of type ssh-rsa are not supported: the cryptography library has no OAEP with a label")
            : .unsupported("SSH keys of type \(type.prefix(32)) cannot encrypt: use ssh-ed25519")
    }

    func wrap(_ fileKey: FileKey) throws(AgeError) -> Stanza {
        let ephemeral = Curve25519.KeyAgreement.PrivateKey()
        let share = Array(ephemeral.publicKey.rawRepresentation)
        guard let key = wrapKey(ephemeral, peer: point, share: share) else {
            throw .key("the SSH public key is no usable point of the curve")
        }
        return Stanza(
            type: Self.stanzaType, arguments: [tag, Base64.encode(share, .unpadded)],
            body: try fileKey.wrapped(with: key))
    }

    /// What a stanza says of the key that it is for.
    fileprivate var tag: String { Base64.encode(Array(SHA256.hash(data: wire)).prefix(4), .unpadded) }

    /// The shared secret is multiplied by a number made from the SSH key, which binds it to that.
    fileprivate func wrapKey(
        _ own: Curve25519.KeyAgreement.PrivateKey, peer: [UInt8], share: [UInt8]
    ) -> SymmetricKey? {
        let tweak = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: [UInt8]()), salt: wire, info: Self.label, outputByteCount: 32)
        guard let peer = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: peer),
            let secret = try? own.sharedSecretFromKeyAgreement(with: peer), !secret.isZero,
            let point = secret.withUnsafeBytes({
                try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: Array($0))
            }),
            let factor = tweak.withUnsafeBytes({
                try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: Array($0))
            }),
            let tweaked = try? factor.sharedSecretFromKeyAgreement(with: point)
        else { return nil }
        return tweaked.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: share + self.point, sharedInfo: Self.label, outputByteCount: 32)
    }
}

extension SSHEd25519Recipient: CustomStringConvertible {
    package var description: String { "\(Self.stanzaType) \(Base64.encode(wire))" }
}

/// A private key of SSH.
package struct SSHEd25519Identity: Sendable {
    private let key: Curve25519.KeyAgreement.PrivateKey
    let recipient: SSHEd25519Recipient

    /// - Parameter keyFile: as `ssh-keygen -t ed25519` writes it, without a passphrase.
    package init(keyFile: [UInt8]) throws(AgeError) {
        let seed = try SSHPrivateKey.ed25519Seed(keyFile)
        let pair = seed.withExposed { seed -> (Curve25519.KeyAgreement.PrivateKey, [UInt8])? in
            guard let signing = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed),
                let key = try? Curve25519.KeyAgreement.PrivateKey(
                    rawRepresentation: Array(SHA512.hash(data: seed)).prefix(32))
            else { return nil }
            return (key, Array(signing.publicKey.rawRepresentation))
        }
        guard let (key, publicKey) = pair else { throw .key("the SSH private key is malformed") }
        self.key = key
        recipient = try SSHEd25519Recipient(publicKey: publicKey)
    }

    func unwrap(_ stanza: Stanza) throws(AgeError) -> FileKey? {
        try stanza.expect(arguments: 2)
        _ = try stanza.bytes(ofArgument: 0, count: 4, "tag")
        let share = try stanza.bytes(ofArgument: 1, count: 32, "share")
        try stanza.expectFileKey()
        guard stanza.arguments[0] == recipient.tag else { return nil }
        guard let wrapKey = recipient.wrapKey(key, peer: share, share: share) else {
            throw .header("the share of an ssh-ed25519 recipient is a point of low order")
        }
        return FileKey.unwrap(stanza.body, with: wrapKey)
    }
}
