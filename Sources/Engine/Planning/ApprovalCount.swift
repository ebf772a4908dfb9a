// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Manifest
package import Model

/// Whether a plan has the approvals that its application asks for. Pure.
package struct ApprovalCount: Sendable, Hashable {
    /// Those who agreed, each once, in the order in which they did.
    package var approvers: [Actor]
    /// Who does not want the plan, and why.
    package var rejection: Vote?
    /// How many are needed.
    package var needed: Int
    package var isBroken: Bool

    /// - Parameter votes: ``UnitRecord/votes``; those for other plans do not count.
    package init(_ rule: ApprovalRule, for plan: Digest, votes: [Vote]) {
        let votes = votes.filter { $0.plan == plan }
        approvers = votes.filter { $0.isApproval && rule.counts($0.actor, in: $0.groups) }.map(\.actor)
        rejection = votes.first { !$0.isApproval }
        needed = rule.count
        isBroken = votes.contains(where: \.isBreakGlass)
    }

    /// Breaking the glass outweighs a rejection: that is what it is for.
    package var isEnough: Bool { isBroken || (rejection == nil && approvers.count >= needed) }

    private static let waits: Text = "waits for approval: "
    private static let rejected: Text = "rejected by "

    /// Whether ``words`` said why a plan waits, and not a guard.
    package static func wrote(_ reason: Text) -> Bool {
        [waits, rejected].contains { reason.utf8.starts(with: $0.utf8) }
    }

    /// Why the plan waits.
    package var words: Text {
        if let rejection {
            let why = rejection.reason.isEmpty ? "" : ": \(rejection.reason)"
            return "\(Self.rejected)\(rejection.actor)\(why)"
        }
        let by = approvers.isEmpty ? "" : ", by \(approvers.map(\.description).joined(separator: ", "))"
        return "\(Self.waits)\(approvers.count) of \(needed)\(by): run trimtab approve"
    }
}
