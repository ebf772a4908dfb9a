// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// What verification found.
package struct VerificationReport: Sendable, Hashable {
    /// The writer of the first event; `nil` when there is no event.
    package var writer: Text?
    /// Of the newest event.
    package var incarnation: UInt32 = 0
    /// Events that were read.
    package var events: UInt64 = 0
    /// Of them, those whose payload was erased as an event says.
    package var erased: UInt64 = 0
    /// The newest event that was read; `nil` when there is none.
    package var head: Head?
    /// Where the journal went on from an older state: said openly, and so no finding by itself.
    package var restarts: [Restart] = []
    /// Checkpoints whose history still stands.
    package var extends: [Checkpoint] = []
    /// In the order of the events that they concern; at most ``ChainVerifier/findingLimit``.
    package var findings: [Finding] = []
    /// Findings beyond the limit.
    package var unlisted = 0

    package init() {}

    package struct Restart: Sendable, Hashable {
        package var incarnation: UInt32
        /// The first event of it.
        package var sequence: UInt64
    }

    /// Nothing was found.
    package var isIntact: Bool { findings.isEmpty }

    /// The earliest event that something is wrong with.
    package var firstBroken: Finding? { findings.first }

    /// What is worth knowing and not wrong, one sentence each.
    package var remarks: [String] {
        var remarks = restarts.map { restart in
            "it was restored from an older state before event \(restart.sequence), where incarnation "
                + "\(restart.incarnation) begins"
        }
        if erased > 0 { remarks.append("\(erased) payloads were erased, as an event says") }
        for checkpoint in extends { remarks.append("it extends \(checkpoint)") }
        if unlisted > 0 { remarks.append("\(unlisted) more findings are not listed") }
        return remarks
    }
}
