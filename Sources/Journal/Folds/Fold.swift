// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// What can be learnt from a journal by following its events one by one: pure, and the same every time.
///
/// An erased payload reads as `null`, and teaches nothing; retention therefore carries the state of the folds that
/// were given to it in the journal itself (see ``Retained``).
package protocol Fold: Sendable {
    /// Under which its state is stored: never rename one.
    static var name: Text { get }
    /// Of the form of ``state``. A snapshot of another version is not used; a state that retention carried must be
    /// read in every form that was ever written.
    static var version: Int { get }

    /// Before the first event.
    init()

    mutating func apply(_ event: Event)

    /// All that was learnt.
    var state: Value { get }

    /// Reads a state; `nil` when it means nothing.
    init?(state: Value, version: Int)
}

/// A fold, and how far it has come.
package struct Projection<F: Fold>: Sendable {
    package private(set) var fold: F
    /// The last event that was applied; 0 before the first.
    package private(set) var sequence: UInt64
    /// What the stored snapshot covers; 0 when there is none.
    package internal(set) var saved: UInt64
    /// Events that were applied in this process: what making it cost.
    package private(set) var replayed: UInt64 = 0
    /// How much stood in them: every value of their payloads counts one.
    package private(set) var weight = 0

    init(fold: F = F(), sequence: UInt64 = 0, saved: UInt64 = 0) {
        self.fold = fold
        self.sequence = sequence
        self.saved = saved
    }

    /// Applies events that come directly after what was applied; those that were applied already are skipped.
    /// `false`, and nothing applied, when events between are missing: then ``Journal/advance(_:)`` fetches them.
    package mutating func apply(_ events: [Event]) -> Bool {
        var expected = sequence
        for event in events where event.id.sequence > sequence {
            guard event.id.sequence == expected &+ 1 else { return false }
            expected &+= 1
        }
        for event in events where event.id.sequence > sequence { follow(event) }
        return true
    }

    mutating func follow(_ event: Event) {
        fold.apply(event)
        replayed &+= 1
        weight += event.payload.count
        sequence = event.id.sequence
    }

    /// Events of kinds that this version does not know were passed over up to here.
    mutating func skip(to sequence: UInt64) { self.sequence = max(self.sequence, sequence) }

    /// How many events a start would have to replay.
    package var unsaved: UInt64 { sequence &- min(saved, sequence) }

    /// For ``Journal/retain(before:carrying:by:)``.
    package var carried: FoldState {
        FoldState(fold: F.name, version: F.version, sequence: sequence, state: fold.state)
    }
}

extension Value {
    /// Of this value and all in it.
    fileprivate var count: Int {
        switch self {
        case .null, .bool, .number, .string, .secret: 1
        case .array(let items): items.reduce(1) { $0 + $1.count }
        case .object(let object): object.pairs.reduce(1) { $0 + $1.value.count }
        }
    }
}
