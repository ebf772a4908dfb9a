// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// One sync in the life of a unit.
package struct HistoryEntry: Sendable, Hashable {
    package var version: Version
    /// What `rollback --to` goes back to.
    package var renderDigest: Digest
    package var cause: SyncCause
    package var actor: Actor
    package var started: Time
    package var ended: Time
    package var result: SyncEnded.Result
    /// Why it was done, or why it failed; empty when there is nothing to say.
    package var reason: Text
    package var counts: ChangeCounts
    /// The unit has been Healthy with this content.
    package var wasHealthy: Bool
    /// This content was marked bad on this unit.
    package var isBad: Bool
    /// This content is applied now.
    package var isCurrent: Bool
    /// Only some objects were synced, which brings the unit to no version.
    package var isPart: Bool

    package init(
        version: Version, renderDigest: Digest, cause: SyncCause, actor: Actor, started: Time, ended: Time,
        result: SyncEnded.Result, reason: Text = "", counts: ChangeCounts = ChangeCounts(), wasHealthy: Bool = false,
        isBad: Bool = false, isCurrent: Bool = false, isPart: Bool = false
    ) {
        self.version = version
        self.renderDigest = renderDigest
        self.cause = cause
        self.actor = actor
        self.started = started
        self.ended = ended
        self.result = result
        self.reason = reason
        self.counts = counts
        self.wasHealthy = wasHealthy
        self.isBad = isBad
        self.isCurrent = isCurrent
        self.isPart = isPart
    }

    /// Of a unit whose content is marked bad and applied as given.
    package init(_ entry: UnitRecord.Entry, isBad: Bool, isCurrent: Bool) {
        self.init(
            version: entry.version, renderDigest: entry.render, cause: entry.cause, actor: entry.actor,
            started: entry.started, ended: entry.ended, result: entry.result, reason: entry.reason,
            counts: entry.counts, wasHealthy: entry.wasHealthy, isBad: isBad, isCurrent: isCurrent,
            isPart: entry.isPart)
    }
}

extension HistoryEntry: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            version: try fields.required("version"),
            renderDigest: try fields.required("renderDigest"),
            cause: try readCase(try fields.required("cause", as: Value.self)),
            actor: try fields.required("actor"),
            started: try fields.required("started"),
            ended: try fields.required("ended"),
            result: try fields.required("result"),
            reason: try fields.optional("reason") ?? "",
            counts: ChangeCounts(fields.raw("counts") ?? .null),
            wasHealthy: try fields.optional("healthy") ?? false,
            isBad: try fields.optional("bad") ?? false,
            isCurrent: try fields.optional("current") ?? false,
            isPart: try fields.optional("part") ?? false)
    }

    package var wire: Value {
        .fields([
            "version": version.wire, "renderDigest": renderDigest.wire, "cause": .string(Text(cause.rawValue)),
            "actor": actor.wire, "started": started.wire, "ended": ended.wire, "result": result.wire,
            "reason": reason.wireUnlessEmpty, "counts": counts.value, "healthy": wasHealthy.wire, "bad": isBad.wire,
            "current": isCurrent.wire, "part": isPart ? true : nil,
        ])
    }
}

extension SyncEnded.Result: Wire {
    package init(wire: Value) throws(WireError) { self = try readCase(wire) }
    package var wire: Value { .string(Text(rawValue)) }
}
