// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A payload as it is stored: canonical JSON, and the salt that keeps its hash from being guessed once it is erased.
///
/// The commitment that enters the chain is SHA-256 over a zero byte, the salt and the payload. The zero byte keeps
/// it apart from the hash of a header, which begins with the header's version. Erasing salt and payload together
/// leaves a commitment that says nothing about what it stood for.
package struct SealedPayload: Sendable, Hashable {
    /// 32 random bytes.
    package var salt: [UInt8]
    /// Canonical JSON of an object.
    package var bytes: [UInt8]

    package init(salt: [UInt8], bytes: [UInt8]) {
        self.salt = salt
        self.bytes = bytes
    }

    package static let saltLength = 32

    /// An intent lists the objects of a wave, a retention the state of the folds; nothing else comes near it.
    package static let longest = 64 << 20

    package static let budget = Budget(bytes: longest, depth: 64, nodes: 4_000_000, documents: 1)

    /// Seals a payload with a fresh salt.
    package init(sealing payload: Value) throws(JournalError) {
        let bytes = try PayloadCodec.encode(payload)
        guard bytes.count <= Self.longest else {
            throw JournalError(
                .invalidEvent, "the payload of an event has \(bytes.count) bytes; the limit is \(Self.longest)")
        }
        salt = RandomBytes.make(Self.saltLength)
        self.bytes = bytes
    }

    package var commitment: Digest {
        var preimage: [UInt8] = []
        preimage.reserveCapacity(1 + salt.count + bytes.count)
        preimage.append(0)
        preimage += salt
        preimage += bytes
        return Digest(of: preimage)
    }
}
