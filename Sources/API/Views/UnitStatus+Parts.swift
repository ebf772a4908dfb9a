// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// How the last sync of a unit ended.
package struct LastSync: Sendable, Hashable {
    package var time: Time
    package var result: SyncEnded.Result
    package var actor: Actor

    package init(time: Time, result: SyncEnded.Result, actor: Actor) {
        self.time = time
        self.result = result
        self.actor = actor
    }
}

/// How far live state left the applied state.
package struct DriftSummary: Sendable, Hashable {
    /// Objects that differ.
    package var objects: Int
    /// When it was first seen.
    package var since: Time
    /// Who or what changed them, where the target knows.
    package var cause: Text?
    /// The first few of them, for people.
    package var examples: [ObjectID]

    package init(objects: Int, since: Time, cause: Text? = nil, examples: [ObjectID] = []) {
        self.objects = objects
        self.since = since
        self.cause = cause
        self.examples = examples
    }
}

/// Why a unit waits for a person.
package struct Block: Sendable, Hashable {
    package var reason: Text
    /// The plan that ``Operations/confirm(_:plan:reason:actor:)`` would let through; `nil` when confirming is not
    /// the way out.
    package var plan: Digest?
    /// Where others have to agree to the plan.
    @Seldom package var approval: ApprovalView?

    package init(reason: Text, plan: Digest? = nil, approval: ApprovalView? = nil) {
        self.reason = reason
        self.plan = plan
        self.approval = approval
    }
}

extension LastSync: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            time: try fields.required("time"), result: try fields.required("result"),
            actor: try fields.required("actor"))
    }

    package var wire: Value { .fields(["time": time.wire, "result": result.wire, "actor": actor.wire]) }
}

extension DriftSummary: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            objects: try fields.required("objects"),
            since: try fields.required("since"),
            cause: try fields.optional("cause"),
            examples: try fields.list("examples"))
    }

    package var wire: Value {
        .fields([
            "objects": objects.wire, "since": since.wire, "cause": cause?.wire, "examples": examples.wireUnlessEmpty,
        ])
    }
}

extension Pause: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            until: try fields.required("until"), actor: try fields.required("actor"),
            reason: try fields.optional("reason") ?? "")
    }

    package var wire: Value {
        .fields(["until": until.wire, "actor": actor.wire, "reason": reason.wireUnlessEmpty])
    }
}

extension Block: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            reason: try fields.required("reason"), plan: try fields.optional("plan"),
            approval: try fields.optional("approval"))
    }

    package var wire: Value { .fields(["reason": reason.wire, "plan": plan?.wire, "approval": approval?.wire]) }
}
