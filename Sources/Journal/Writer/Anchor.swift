// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// Makes checkpoints and keeps the newest one beside the store. Guards the order in which they are written.
actor Anchor {
    /// After this many events the checkpoint beside the store is renewed.
    static let interval: UInt64 = 256

    private let keeper: CheckpointKeeper
    private let incarnation: UInt32
    private var kept: Checkpoint?
    /// What lies beside the store does not fit it and must not be written over.
    private var setsAside: Bool
    private var isRenewing = false

    /// `incarnation` is the one that new events belong to.
    init(keeper: CheckpointKeeper, incarnation: UInt32, kept: Checkpoint?, setsAside: Bool) {
        self.keeper = keeper
        self.incarnation = incarnation
        self.kept = kept
        self.setsAside = setsAside
    }

    /// The size of the checkpoint beside the store; 0 when there is none that fits.
    var size: UInt64 { setsAside ? 0 : kept?.size ?? 0 }

    /// Whether the checkpoint is to be renewed, and by the one who asks: others hear `false` until it was tried.
    func beginIfDue(at sequence: UInt64) -> Bool {
        guard !isRenewing, sequence >= size &+ Self.interval else { return false }
        isRenewing = true
        return true
    }

    func endRenewal() { isRenewing = false }

    /// Signs, and writes unless the checkpoint beside the store says the same or more. After a restoration it stays
    /// until the new incarnation has an event: it is what makes the incarnation new.
    func checkpoint(writer: Text, head: Head?, time: Time) async throws(JournalError) -> Checkpoint {
        let checkpoint = try await keeper.sign(
            writer: writer, incarnation: head?.id.incarnation ?? incarnation, head: head, time: time)
        guard checkpoint.size > size, head?.id.incarnation == incarnation else { return checkpoint }
        try await keeper.save(checkpoint, settingAside: setsAside)
        kept = checkpoint
        setsAside = false
        return checkpoint
    }
}
