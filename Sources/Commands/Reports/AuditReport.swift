// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
import Model

/// What checking the journal found, for people.
package struct AuditReport {
    package var verification: Verification

    package init(_ verification: Verification) { self.verification = verification }

    package var exitStatus: ExitStatus { verification.isIntact ? .success : .broken }

    package var lines: [Line] {
        let read = "\(counted(verification.events, "event")) read"
        let head = verification.head.map { ", head \($0.hex)" } ?? ""
        let verdict =
            verification.isIntact ? Line("intact", .green) : Line("NOT as it was written", .red)
        return [verdict + Line(": \(read)\(head)")]
            + verification.findings.map { Line("  ") + Line($0.reason.string, .bold) }
            + remarks
    }

    /// Of many checkpoints the newest say enough.
    private var remarks: [Line] {
        let shown = verification.remarks.suffix(Self.mostRemarks)
        let rest = verification.remarks.count - shown.count
        return (rest > 0 ? [Line("  and so for \(counted(rest, "earlier checkpoint"))")] : [])
            + shown.map { Line("  \($0)") }
    }

    private static let mostRemarks = 5
}
