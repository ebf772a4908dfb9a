// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// One thing that verification holds against a journal.
package enum Finding: Sendable, Hashable {
    /// The header of the event cannot be read; the reason completes "its header …".
    case unreadable(UInt64, reason: String)
    /// The stored header and its stored hash do not belong together: one of them was changed.
    case altered(UInt64)
    /// The event names another event as the one before it: that one, or everything up to it, was rewritten.
    case broken(UInt64)
    /// Events are missing.
    case gap(ClosedRange<UInt64>)
    /// Two events for one place.
    case duplicate(UInt64)
    /// The payload or its salt is not the one that the event was written with.
    case payloadAltered(UInt64)
    /// Payloads are gone and no event says that they were erased.
    case payloadsMissing(ClosedRange<UInt64>)
    /// The store files the event under something that its header does not say.
    case misfiled(UInt64, field: String)
    /// The event comes from another writer than those before it.
    case otherWriter(UInt64, writer: Text)
    /// The incarnation went backwards.
    case olderIncarnation(UInt64)
    /// The rest of the store or export cannot be read.
    case cutShort(after: UInt64, reason: String)
    /// The store contradicts itself, in an index or a page: what it answers cannot be trusted.
    case inconsistent(reason: String)
    /// The signature of a checkpoint does not fit its content, or its key is not one of those that are trusted.
    case badSignature(Checkpoint)
    /// The checkpoint is of another journal.
    case foreignCheckpoint(Checkpoint)
    /// The journal ends before the event that the checkpoint saw.
    case truncated(Checkpoint, last: UInt64)
    /// The event that the checkpoint saw last is not the one that is here; `matching` is the last event that another
    /// checkpoint vouches for, 0 for none.
    case forked(Checkpoint, matching: UInt64)
    /// The journal went on from an older state: a new incarnation begins at `from`, before the checkpoint's size.
    case restored(Checkpoint, from: UInt64)

    /// A stable name, for scripts.
    package var name: String {
        switch self {
        case .unreadable: "unreadable"
        case .altered: "altered"
        case .broken: "broken"
        case .gap: "gap"
        case .duplicate: "duplicate"
        case .payloadAltered: "payloadAltered"
        case .payloadsMissing: "payloadsMissing"
        case .misfiled: "misfiled"
        case .otherWriter: "otherWriter"
        case .olderIncarnation: "olderIncarnation"
        case .cutShort: "cutShort"
        case .inconsistent: "inconsistent"
        case .badSignature: "badSignature"
        case .foreignCheckpoint: "foreignCheckpoint"
        case .truncated: "truncated"
        case .forked: "forked"
        case .restored: "restored"
        }
    }

    /// The first event that it concerns; `nil` when it concerns none.
    package var sequence: UInt64? {
        switch self {
        case .unreadable(let sequence, _), .altered(let sequence), .broken(let sequence), .duplicate(let sequence),
            .payloadAltered(let sequence), .misfiled(let sequence, _), .otherWriter(let sequence, _),
            .olderIncarnation(let sequence), .restored(_, let sequence):
            sequence
        case .gap(let range), .payloadsMissing(let range): range.lowerBound
        case .cutShort(let last, _), .truncated(_, let last): last &+ 1
        case .inconsistent, .badSignature, .foreignCheckpoint: nil
        case .forked(_, let matching): matching &+ 1
        }
    }
}

extension Finding: CustomStringConvertible {
    /// One sentence for people, without a final full stop.
    package var description: String {
        switch self {
        case .unreadable(let sequence, let reason): "event \(sequence) cannot be read: its header \(reason)"
        case .altered(let sequence): "event \(sequence) was changed after it was written"
        case .broken(let sequence):
            "event \(sequence) does not follow the event that stands before it: the history up to there was rewritten"
        case .gap(let range): "\(Self.events(range)) missing from the middle of the chain"
        case .duplicate(let sequence): "event \(sequence) stands there twice, or out of order: the chain forks"
        case .payloadAltered(let sequence): "the payload of event \(sequence) was changed after it was written"
        case .payloadsMissing(let range):
            "the payload of \(Self.events(range)) missing, and no event says that it was erased"
        case .misfiled(let sequence, let field):
            "event \(sequence) is filed under another \(field) than the one that it was written with"
        case .otherWriter(let sequence, let writer): "event \(sequence) was written by another journal, \(writer)"
        case .olderIncarnation(let sequence): "event \(sequence) belongs to an older incarnation than those before it"
        case .cutShort(let last, let reason): "nothing can be read after event \(last): \(reason)"
        case .inconsistent(let reason): "the store contradicts itself: \(reason)"
        case .badSignature(let checkpoint): "the signature of \(checkpoint) is not valid"
        case .foreignCheckpoint(let checkpoint): "\(checkpoint) is of another journal, \(checkpoint.writer)"
        case .truncated(let checkpoint, let last):
            "\(Self.events((last &+ 1)...max(last &+ 1, checkpoint.size))) gone from the end: \(checkpoint) saw "
                + (checkpoint.size == last &+ 1 ? "it" : "them")
        case .forked(let checkpoint, let matching):
            "the journal is not the one that \(checkpoint) saw: "
                + (matching == 0
                    ? "the history up to event \(checkpoint.size) was rewritten"
                    : "it forks after event \(matching), the last that another checkpoint vouches for")
        case .restored(let checkpoint, let from):
            "the journal went on from an older state at event \(from), as incarnation \(checkpoint.incarnation) was "
                + "replaced: events from \(from) to \(checkpoint.size), which \(checkpoint) saw, are gone"
        }
    }

    private static func events(_ range: ClosedRange<UInt64>) -> String {
        range.lowerBound == range.upperBound
            ? "event \(range.lowerBound) is" : "events \(range.lowerBound) to \(range.upperBound) are"
    }
}
