// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// Verifies a chain as a pure fold over its records, oldest first, in constant memory.
///
/// Alone it finds whatever does not fit together. Only with checkpoints does it also find what was made to fit: a
/// truncation, or a history that was rewritten from some event on.
package struct ChainVerifier: Sendable {
    package static let findingLimit = 100

    private var report = VerificationReport()
    private var checkpoints: [Checkpoint]
    private var last: Link?
    /// The hashes of the events that checkpoints name.
    private var witnessed: [UInt64: Digest] = [:]
    private var wanted: Set<UInt64>
    private var missing: [ClosedRange<UInt64>] = []
    private var accounted = ErasureAccount()

    private struct Link {
        var sequence: UInt64
        var stored: Digest
        var computed: Digest
        /// `nil` when the header could not be read.
        var header: EventHeader?
    }

    /// Checkpoints whose signature does not fit, or whose key is not one of those that are trusted, are findings and
    /// prove nothing. No trusted keys: any key.
    package init(checkpoints: [Checkpoint], trusting trusted: [[UInt8]]) {
        self.init(checkpoints: checkpoints.filter { $0.isSigned(by: trusted) })
        for checkpoint in checkpoints where !checkpoint.isSigned(by: trusted) { note(.badSignature(checkpoint)) }
    }

    /// Takes the checkpoints at their word.
    package init(checkpoints: [Checkpoint] = []) {
        self.checkpoints = checkpoints.sorted { $0.size < $1.size }
        wanted = Set(checkpoints.map(\.size))
    }

    package mutating func check(_ record: Record) {
        let sequence = record.label.sequence
        report.events &+= 1
        if let last, sequence <= last.sequence {
            note(.duplicate(sequence))
            return
        }
        let expected = (last?.sequence ?? 0) &+ 1
        if sequence > expected { note(.gap(expected...(sequence &- 1))) }

        let computed = Digest(of: record.header)
        var header: EventHeader?
        do {
            let decoded = try EventHeader(decoding: record.header)
            header = decoded
            if computed != record.hash {
                note(.altered(sequence))
            } else {
                checkLink(of: decoded, at: sequence, isNext: sequence == expected)
            }
            checkLabel(record.label, against: decoded)
            checkPayload(record.payload, of: decoded, at: sequence)
        } catch {
            note(.unreadable(sequence, reason: error.reason))
        }
        if wanted.contains(sequence) { witnessed[sequence] = record.hash }
        last = Link(sequence: sequence, stored: record.hash, computed: computed, header: header)
    }

    /// The store or export could not be read on.
    package mutating func cutShort(reason: String) {
        note(.cutShort(after: last?.sequence ?? 0, reason: reason))
    }

    /// The events are all there: what remains is what only the end can tell.
    /// `writer` is whose journal it claims to be.
    package consuming func finish(expecting writer: Text? = nil) -> VerificationReport {
        if let writer, let found = report.writer, writer != found { note(.otherWriter(1, writer: found)) }
        for range in missing where !accounted.covers(range) { note(.payloadsMissing(range)) }
        if let last, let header = last.header {
            report.head = Head(id: header.id, hash: last.stored)
            report.incarnation = header.id.incarnation
        }
        for range in missing where accounted.covers(range) {
            report.erased &+= range.upperBound &- range.lowerBound &+ 1
        }
        compareWithCheckpoints()
        report.findings.sort { $0.sequence ?? .max < $1.sequence ?? .max }
        return report
    }

    private mutating func checkLink(of header: EventHeader, at sequence: UInt64, isNext: Bool) {
        // What comes after a gap, an altered or an unreadable event has its cause there; one finding is enough.
        guard isNext else { return }
        guard let last else {
            if header.previous != EventHeader.genesis { note(.broken(sequence)) }
            report.writer = header.id.writer
            return
        }
        if header.previous != last.stored && header.previous != last.computed { note(.broken(sequence)) }
        guard let before = last.header else { return }
        if header.id.writer != before.id.writer { note(.otherWriter(sequence, writer: header.id.writer)) }
        if header.id.incarnation < before.id.incarnation { note(.olderIncarnation(sequence)) }
        if header.id.incarnation > before.id.incarnation {
            report.restarts.append(.init(incarnation: header.id.incarnation, sequence: sequence))
        }
    }

    private mutating func checkLabel(_ label: Record.Label, against header: EventHeader) {
        let expected = Record.Label(of: header)
        guard label != expected else { return }
        let field =
            if label.sequence != expected.sequence { "sequence" } else if label.time != expected.time {
                "time"
            } else if label.kind != expected.kind { "kind" } else if label.unit != expected.unit {
                "unit"
            } else { "source" }
        note(.misfiled(label.sequence, field: field))
    }

    private mutating func checkPayload(_ payload: SealedPayload?, of header: EventHeader, at sequence: UInt64) {
        guard let payload else {
            if let end = missing.last, end.upperBound &+ 1 == sequence {
                missing[missing.count - 1] = end.lowerBound...sequence
            } else {
                missing.append(sequence...sequence)
            }
            return
        }
        guard payload.commitment == header.commitment else { return note(.payloadAltered(sequence)) }
        guard header.kind == Text(EventKind.retained.rawValue) else { return }
        if let value = try? PayloadCodec.decode(payload.bytes, .foldState) { accounted.add(value) }
    }

    private mutating func compareWithCheckpoints() {
        var matching: UInt64 = 0
        for checkpoint in checkpoints {
            if let writer = report.writer ?? checkpoints.first?.writer, checkpoint.writer != writer {
                note(.foreignCheckpoint(checkpoint))
            } else if checkpoint.size == 0 {
                report.extends.append(checkpoint)
            } else if let hash = witnessed[checkpoint.size], hash == checkpoint.head {
                matching = max(matching, checkpoint.size)
                report.extends.append(checkpoint)
            } else if let restored = report.restarts.first(where: {
                $0.incarnation > checkpoint.incarnation && $0.sequence <= checkpoint.size
            }) {
                note(.restored(checkpoint, from: restored.sequence))
            } else if checkpoint.size > last?.sequence ?? 0 {
                note(.truncated(checkpoint, last: last?.sequence ?? 0))
            } else if witnessed[checkpoint.size] != nil {
                note(.forked(checkpoint, matching: matching))
            }
            // Otherwise its event lies in a gap, which was noted.
        }
    }

    /// Adds what was found outside the records.
    package mutating func note(_ finding: Finding) {
        if report.findings.count < Self.findingLimit { report.findings.append(finding) } else { report.unlisted += 1 }
    }
}
