// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// What verification found, for people and for scripts.
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

    /// For people: several lines, the last one the verdict.
    package var text: String {
        var lines = findings.map { "\($0)" }
        if unlisted > 0 { lines.append("and \(unlisted) more") }
        for restart in restarts {
            lines.append("restored before event \(restart.sequence): incarnation \(restart.incarnation) begins there")
        }
        for checkpoint in extends { lines.append("extends \(checkpoint)") }
        let counted = "\(events) \(events == 1 ? "event" : "events")"
        let erasedPart = erased == 0 ? "" : ", \(erased) of them with an erased payload"
        lines.append(
            isIntact
                ? "intact: \(counted)\(erasedPart)" + (head.map { ", head \($0.hash.short)" } ?? "")
                : "NOT intact: \(counted)\(erasedPart)"
                    + (findings.first?.sequence.map { "; first broken: event \($0)" } ?? ""))
        return lines.joined(separator: "\n")
    }

    /// For scripts.
    package var value: Value {
        .fields([
            "intact": .bool(isIntact),
            "writer": writer.map(Value.string),
            "incarnation": .number(Number(UInt64(incarnation))),
            "events": .number(Number(events)),
            "erased": .number(Number(erased)),
            "head": head.map { ["sequence": .number(Number($0.id.sequence)), "hash": Value($0.hash)] },
            "restarts": .array(
                restarts.map {
                    [
                        "incarnation": .number(Number(UInt64($0.incarnation))),
                        "sequence": .number(Number($0.sequence)),
                    ]
                }),
            "extends": .array(extends.map { ["size": .number(Number($0.size)), "head": Value($0.head)] }),
            "findings": .array(
                findings.map {
                    .fields([
                        "finding": Value($0.name), "sequence": $0.sequence.map { .number(Number($0)) },
                        "reason": Value($0.description),
                    ])
                }),
            "unlisted": .number(Number(Int64(unlisted))),
        ])
    }
}
