// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// A signed statement of how far a journal had come: whoever holds it can tell later whether that history still
/// stands.
package struct Checkpoint: Sendable, Hashable {
    package var writer: Text
    package var incarnation: UInt32
    /// The sequence of the newest event; 0 when there was none.
    package var size: UInt64
    /// The hash of that event; ``EventHeader/genesis`` when there was none.
    package var head: Digest
    /// When it was made, by the writer's clock.
    package var time: Time
    /// The Ed25519 public key that it is signed with, 32 bytes.
    package var key: [UInt8]
    /// 64 bytes, over ``signedBytes``.
    package var signature: [UInt8]

    package init(
        writer: Text, incarnation: UInt32, size: UInt64, head: Digest, time: Time, key: [UInt8], signature: [UInt8]
    ) {
        self.writer = writer
        self.incarnation = incarnation
        self.size = size
        self.head = head
        self.time = time
        self.key = key
        self.signature = signature
    }

    /// What is signed: the name of the format, then the fields in the form of ``EventHeader``. Does not depend on how
    /// JSON is written.
    package var signedBytes: [UInt8] {
        var bytes = ByteWriter()
        bytes.write("trimtab.dev/journal-checkpoint/v1" as Text)
        bytes.write(writer)
        bytes.write(incarnation)
        bytes.write(size)
        bytes.bytes += head.bytes
        bytes.write(time.nanoseconds)
        return bytes.bytes
    }
}

extension Checkpoint: CustomStringConvertible {
    /// `the checkpoint of 2026-11-23T09:30:00.000Z (600 events)`
    package var description: String { "the checkpoint of \(time) (\(size) events)" }
}
