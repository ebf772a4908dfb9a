// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

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

    /// What a payload may hold. An intent lists the objects of a wave; nothing else but a retention comes near it, which
    /// carries the state of the folds.
    package static func budget(of kind: Text) -> Budget {
        kind == retained
            ? .foldState : Budget(bytes: 64 << 20, depth: Budget.foldState.depth, nodes: 4_000_000, documents: 1)
    }

    private static let retained = Text(EventKind.retained.rawValue)

    /// Seals a payload with a fresh salt.
    package init(sealing payload: Value, of kind: EventKind) throws(JournalError) {
        let bytes = try PayloadCodec.encode(payload)
        let limit = Self.budget(of: Text(kind.rawValue)).bytes
        guard bytes.count <= limit else {
            throw JournalError(
                .invalidEvent, "the payload of an event has \(bytes.count) bytes; the limit is \(limit)")
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

extension Budget {
    /// For what a fold has learnt of everything: it grows with the units. SQLite holds no more than a thousand million
    /// bytes in one row.
    package static let foldState = Budget(bytes: 768 << 20, depth: 64, nodes: 96_000_000, documents: 1)
}
