// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// How far somebody knows what happens.
package struct NewsPlace: Sendable, Hashable {
    /// The last event of the journal.
    package var sequence: UInt64
    /// The last of what changes without an event, as whoever tells it counts; 0 for none.
    package var mark: UInt64

    package init(sequence: UInt64, mark: UInt64 = 0) {
        self.sequence = sequence
        self.mark = mark
    }

    /// Whether nothing of what led to another place is missing here.
    package func reaches(_ other: NewsPlace) -> Bool { sequence >= other.sequence && mark >= other.mark }
}
