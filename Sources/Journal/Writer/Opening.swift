// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// Something that was noticed while a journal was opened.
package enum OpeningNote: Sendable, Hashable {
    /// The store holds an older or another history than the checkpoint beside it: it was put back from a backup, or
    /// its end was lost. A new incarnation begins after event `last`.
    case restored(Checkpoint, last: UInt64, incarnation: UInt32)
    /// The checkpoint beside the store is of another journal.
    case foreignCheckpoint(Checkpoint)
    case checkpointUnreadable(reason: String)
}

extension OpeningNote: CustomStringConvertible {
    package var description: String {
        switch self {
        case .restored(let checkpoint, let last, let incarnation):
            "the journal is not the one that \(checkpoint) saw: it was restored from an older state, or lost its end; "
                + "incarnation \(incarnation) begins after event \(last)"
        case .foreignCheckpoint(let checkpoint):
            "the checkpoint beside the journal is of another one, \(checkpoint.writer); it is set aside"
        case .checkpointUnreadable(let reason): "the checkpoint beside the journal is set aside: \(reason)"
        }
    }
}

/// Decides with which incarnation a writer goes on: a pure function of what lies in the store and beside it.
///
/// Event ids are unique in the world. A store that went back to an older state would give the ids of lost events
/// to new ones; so a new incarnation begins whenever the checkpoint beside the store saw a history that the store
/// does not extend. The sequence goes on from where the store stands. A state folder that is put back as a whole,
/// checkpoint included, is not recognised here, but by whoever holds a later checkpoint.
struct Opening {
    var incarnation: UInt32
    var note: OpeningNote?

    /// `hashAtKept` is the hash of the event that `kept` saw last, as the store has it.
    init(writer: Text, head: Head?, kept: Checkpoint?, hashAtKept: Digest?) {
        incarnation = head?.id.incarnation ?? 1
        guard let kept else { return }
        guard kept.writer == writer else {
            note = .foreignCheckpoint(kept)
            return
        }
        // Events of a later incarnation came after the checkpoint was outdone: that was settled then.
        guard kept.incarnation >= head?.id.incarnation ?? 0, kept.size > 0, hashAtKept != kept.head else { return }
        incarnation = max(kept.incarnation, incarnation) &+ 1
        note = .restored(kept, last: head?.id.sequence ?? 0, incarnation: incarnation)
    }
}
