// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// The payload of a `retained` event: which payloads were erased with it, why, and what the folds had learnt from
/// them.
package struct Retained: Payload {
    package static let kind = EventKind.retained
    /// Every payload up to this sequence; 0 for none.
    package var through: UInt64
    /// Single ones beyond that.
    package var sequences: [UInt64]
    package var reason: Text
    /// The states of the folds that the erased payloads made, so that a replay can begin here.
    package var folds: [FoldState]

    package init(through: UInt64, sequences: [UInt64] = [], reason: Text, folds: [FoldState] = []) {
        self.through = through
        self.sequences = sequences
        self.reason = reason
        self.folds = folds
    }

    package var value: Value {
        .fields([
            "through": .number(Number(through)),
            "sequences": sequences.isEmpty ? nil : .array(sequences.map { .number(Number($0)) }),
            "reason": Value(reason),
            "folds": folds.isEmpty ? nil : .array(folds.map(\.value)),
        ])
    }

    package init?(_ value: Value) {
        guard let through = value["through"]?.sequenceValue else { return nil }
        self.init(
            through: through,
            sequences: value["sequences"]?.arrayValue?.compactMap(\.sequenceValue) ?? [],
            reason: value["reason"]?.stringValue ?? "",
            folds: value["folds"]?.arrayValue?.compactMap(FoldState.init) ?? [])
    }
}

/// The state of a fold as a `retained` event carries it.
package struct FoldState: Sendable, Hashable {
    package var fold: Text
    package var version: Int
    /// The last event that it covers.
    package var sequence: UInt64
    package var state: Value

    package init(fold: Text, version: Int, sequence: UInt64, state: Value) {
        self.fold = fold
        self.version = version
        self.sequence = sequence
        self.state = state
    }

    var value: Value {
        [
            "fold": Value(fold), "version": Value(version), "sequence": .number(Number(sequence)), "state": state,
        ]
    }

    init?(_ value: Value) {
        guard let fold = value["fold"]?.stringValue,
            let version = value["version"]?.intValue.flatMap({ Int(exactly: $0) }),
            let sequence = value["sequence"]?.sequenceValue, let state = value["state"]
        else { return nil }
        self.init(fold: fold, version: version, sequence: sequence, state: state)
    }
}
