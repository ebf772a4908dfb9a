// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// One sync in the life of a unit.
package struct HistoryEntry: Sendable, Hashable {
    /// The journal's sequence number of the sync's end: what `rollback --to` may name.
    package var sequence: UInt64
    package var time: Time
    package var version: Version
    package var renderDigest: Digest
    package var result: SyncResult.Result
    /// Objects that were changed.
    package var changed: Int
    package var actor: Actor
    /// Why it was done, or why it failed.
    package var reason: Text
    /// This content was marked bad on this unit.
    package var isBad: Bool
    /// This content is applied now.
    package var isCurrent: Bool

    package init(
        sequence: UInt64, time: Time, version: Version, renderDigest: Digest, result: SyncResult.Result,
        changed: Int, actor: Actor, reason: Text = "", isBad: Bool = false, isCurrent: Bool = false
    ) {
        self.sequence = sequence
        self.time = time
        self.version = version
        self.renderDigest = renderDigest
        self.result = result
        self.changed = changed
        self.actor = actor
        self.reason = reason
        self.isBad = isBad
        self.isCurrent = isCurrent
    }
}

extension HistoryEntry: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            sequence: try fields.required("sequence"),
            time: try fields.required("time"),
            version: try fields.required("version"),
            renderDigest: try fields.required("renderDigest"),
            result: try fields.required("result"),
            changed: try fields.optional("changed") ?? 0,
            actor: try fields.required("actor"),
            reason: try fields.optional("reason") ?? "",
            isBad: try fields.optional("bad") ?? false,
            isCurrent: try fields.optional("current") ?? false)
    }

    package var wire: Value {
        .fields([
            "sequence": sequence.wire, "time": time.wire, "version": version.wire,
            "renderDigest": renderDigest.wire, "result": result.wire, "changed": changed.wire, "actor": actor.wire,
            "reason": reason.wireUnlessEmpty, "bad": isBad ? true : nil, "current": isCurrent ? true : nil,
        ])
    }
}
