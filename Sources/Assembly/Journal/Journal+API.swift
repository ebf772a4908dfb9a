// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Journal
import Manifest
import Model

extension APIError {
    init(_ error: JournalError) {
        let code: Code =
            switch error.code {
            case .missing: .notFound
            case .conflict: .locked
            case .full, .readOnly, .closed: .unavailable
            case .notAJournal, .newerFormat, .damaged, .invalidEvent, .failed: .failed
            }
        self.init(code, Text(error.reason), advice: error.advice.map { Text($0) })
    }
}

extension CheckpointView {
    init(_ checkpoint: Checkpoint) {
        self.init(
            writer: checkpoint.writer, incarnation: UInt64(checkpoint.incarnation), size: checkpoint.size,
            head: checkpoint.head, time: checkpoint.time, key: Text(Hex.encode(checkpoint.key)),
            signature: Text(Hex.encode(checkpoint.signature)))
    }
}

extension Checkpoint {
    init(_ view: CheckpointView) throws(APIError) {
        guard let key = view.key.flatMap({ Hex.decode($0.string) }),
            let incarnation = UInt32(exactly: view.incarnation),
            let signature = view.signature.flatMap({ Hex.decode($0.string) })
        else { throw APIError(.invalid, "the checkpoint carries no signature") }
        self.init(
            writer: view.writer, incarnation: incarnation, size: view.size, head: view.head, time: view.time, key: key,
            signature: signature)
    }
}

extension Verification {
    init(_ report: VerificationReport) {
        self.init(
            events: report.events, head: report.head?.hash, erased: report.erased,
            remarks: report.remarks.map { Text($0) },
            findings: report.findings.map { finding in
                Finding(kind: Text(finding.name), sequence: finding.sequence, reason: Text(finding.description))
            })
    }

    /// A file that is no longer a journal at all was changed, too.
    static func of(
        _ verify: () async throws(JournalError) -> VerificationReport
    ) async throws(APIError) -> Verification {
        do { return Verification(try await verify()) } catch {
            guard error.code == .damaged || error.code == .notAJournal else { throw APIError(error) }
            let finding = Finding(kind: "unreadable", sequence: 1, reason: Text(error.reason))
            return Verification(events: 0, head: nil, findings: [finding])
        }
    }
}
