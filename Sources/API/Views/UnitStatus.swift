// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// How one unit does.
package struct UnitStatus: Sendable, Hashable {
    package var unit: UnitID
    package var project: ProjectName
    package var labels: UnitLabels
    package var sync: SyncState
    package var health: HealthReport
    /// What is applied; `nil` before the first sync.
    package var version: Version?
    /// What Git asks for; `nil` while that is not known.
    package var desired: Version?
    /// Of what is applied.
    package var renderDigest: Digest?
    /// Objects that the unit has applied.
    package var objects: Int
    package var lastSync: LastSync?
    /// `nil` when nothing drifts.
    @Seldom package var drift: DriftSummary?
    /// What others have put into objects that stand as applied; `nil` when nothing.
    @Seldom package var additions: DriftSummary?
    /// `nil` when the unit is not paused.
    @Seldom package var pause: Pause?
    /// `nil` when nobody has to decide anything.
    @Seldom package var block: Block?
    /// When it will be tried again; `nil` when nothing is planned.
    package var nextAttempt: Time?
    /// Objects that left Git and stay until somebody asks for their deletion.
    package var unpruned: [ObjectID]
    /// What is particular about it: how the target lets it be looked after, why it stays at an earlier version.
    package var remarks: [Text]
    package var problems: [Problem]

    package init(
        unit: UnitID, project: ProjectName, labels: UnitLabels = UnitLabels(), sync: SyncState, health: HealthReport,
        version: Version? = nil,
        desired: Version? = nil, renderDigest: Digest? = nil, objects: Int = 0, lastSync: LastSync? = nil,
        drift: DriftSummary? = nil, additions: DriftSummary? = nil, pause: Pause? = nil, block: Block? = nil,
        nextAttempt: Time? = nil, unpruned: [ObjectID] = [], remarks: [Text] = [],
        problems: [Problem] = []
    ) {
        self.unit = unit
        self.project = project
        self.labels = labels
        self.sync = sync
        self.health = health
        self.version = version
        self.desired = desired
        self.renderDigest = renderDigest
        self.objects = objects
        self.lastSync = lastSync
        self.drift = drift
        self.additions = additions
        self.pause = pause
        self.block = block
        self.nextAttempt = nextAttempt
        self.unpruned = unpruned
        self.remarks = remarks
        self.problems = problems
    }
}

extension UnitStatus: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            unit: try fields.required("unit"),
            project: try fields.required("project"),
            labels: try fields.optional("labels") ?? UnitLabels(),
            sync: try fields.required("sync"),
            health: try fields.required("health"),
            version: try fields.optional("version"),
            desired: try fields.optional("desired"),
            renderDigest: try fields.optional("renderDigest"),
            objects: try fields.optional("objects") ?? 0,
            lastSync: try fields.optional("lastSync"),
            drift: try fields.optional("drift"),
            additions: try fields.optional("additions"),
            pause: try fields.optional("pause"),
            block: try fields.optional("block"),
            nextAttempt: try fields.optional("nextAttempt"),
            unpruned: try fields.list("unpruned"),
            remarks: try fields.list("remarks"),
            problems: try fields.list("problems"))
    }

    package var wire: Value {
        .fields([
            "unit": unit.wire, "project": project.wire, "labels": labels.isEmpty ? nil : labels.wire,
            "sync": sync.wire, "health": health.wire, "version": version?.wire, "desired": desired?.wire,
            "renderDigest": renderDigest?.wire,
            "objects": objects.wire, "lastSync": lastSync?.wire, "drift": drift?.wire, "additions": additions?.wire,
            "pause": pause?.wire, "block": block?.wire, "nextAttempt": nextAttempt?.wire,
            "unpruned": unpruned.wireUnlessEmpty, "remarks": remarks.wireUnlessEmpty,
            "problems": problems.wireUnlessEmpty,
        ])
    }
}
