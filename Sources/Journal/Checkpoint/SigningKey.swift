// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
package import Manifest
package import Model

/// The Ed25519 key that signs checkpoints.
package struct SigningKey: Sendable {
    private let key: Secret<[UInt8]>
    /// 32 bytes; may be shown to anyone.
    package let publicKey: [UInt8]

    package init() { self.init(Curve25519.Signing.PrivateKey()) }

    /// 32 bytes; `nil` for any other number.
    package init?(seed: [UInt8]) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { return nil }
        self.init(key)
    }

    private init(_ key: Curve25519.Signing.PrivateKey) {
        self.key = Secret(Array(key.rawRepresentation))
        publicKey = Array(key.publicKey.rawRepresentation)
    }

    /// For the key file alone.
    var seed: Secret<[UInt8]> { key }

    /// A statement about a journal that ends with `head`. The time is kept to the millisecond, as it is written.
    package func checkpoint(
        writer: Text, incarnation: UInt32, head: Head?, time: Time
    ) throws(JournalError) -> Checkpoint {
        let milliseconds = time.nanoseconds / 1_000_000
        var checkpoint = Checkpoint(
            writer: writer, incarnation: incarnation, size: head?.id.sequence ?? 0,
            head: head?.hash ?? EventHeader.genesis, time: Time(nanoseconds: milliseconds * 1_000_000),
            key: publicKey, signature: [])
        let bytes = checkpoint.signedBytes
        do {
            checkpoint.signature = try key.withExposed { seed in
                Array(try Curve25519.Signing.PrivateKey(rawRepresentation: seed).signature(for: bytes))
            }
        } catch {
            throw JournalError(.failed, "a checkpoint could not be signed")
        }
        return checkpoint
    }
}

extension Checkpoint {
    /// Whether the signature fits, and its key is one of `trusted`. Without any, the key that the checkpoint names is
    /// taken at its word: enough for who kept the checkpoint in a safe place.
    package func isSigned(by trusted: [[UInt8]] = []) -> Bool {
        guard trusted.isEmpty || trusted.contains(key),
            let publicKey = try? Curve25519.Signing.PublicKey(rawRepresentation: key)
        else { return false }
        return publicKey.isValidSignature(signature, for: signedBytes)
    }
}
