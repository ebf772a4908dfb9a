// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What one person said of a plan: the last word of each counts.
package struct Vote: Sendable, Hashable {
    package var plan: Digest
    package var actor: Actor
    /// Empty for a rejection.
    package var groups: [Text]
    package var isApproval: Bool
    package var isBreakGlass: Bool
    package var reason: Text

    package init(plan: Digest, actor: Actor, approved: Approved) {
        self.plan = plan
        self.actor = actor
        groups = approved.groups
        isApproval = true
        isBreakGlass = approved.isBreakGlass
        reason = approved.reason
    }

    package init(plan: Digest, actor: Actor, rejected: Rejected) {
        self.plan = plan
        self.actor = actor
        groups = []
        isApproval = false
        isBreakGlass = false
        reason = rejected.reason
    }
}

extension Vote {
    package var value: Value {
        .fields([
            "plan": Value(plan), "actor": Value(actor.text),
            "groups": groups.isEmpty ? nil : .array(groups.map(Value.string)), "approval": isApproval ? true : nil,
            "breakGlass": isBreakGlass ? true : nil, "reason": reason.isEmpty ? nil : Value(reason),
        ])
    }

    package init?(_ value: Value) {
        guard let plan = value["plan"]?.digestValue, let actor = value["actor"]?.stringValue else { return nil }
        self.plan = plan
        self.actor = Actor(actor)
        groups = value["groups"]?.textsValue ?? []
        isApproval = value["approval"] == true
        isBreakGlass = value["breakGlass"] == true
        reason = value["reason"]?.stringValue ?? ""
    }
}
