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
        guard !verification.isIntact else { return [Line("intact", .green) + Line(": \(read)\(head)")] }
        return [Line("NOT as it was written", .red) + Line(": \(read)\(head)")]
            + verification.findings.map { finding in
                Line("  " + (finding.sequence.map { "event \($0): " } ?? ""), .bold) + Line(finding.reason.string)
            }
    }
}
