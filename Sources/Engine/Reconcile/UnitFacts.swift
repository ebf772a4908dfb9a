// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Manifest
package import Model

/// All that a reconciliation decides by, gathered before it begins.
package struct UnitFacts: Sendable {
    package var context: UnitContext
    package var policy: SyncPolicy
    /// What the journal knows.
    package var record: UnitRecord
    /// The newest accepted version. `nil` for a unit that left the fleet.
    package var newest: Version?
    /// Units that this one depends on and that are not there yet.
    package var waitsFor: [UnitID]
    package var fights: FightLedger
    /// Objects that were not well when somebody looked last.
    package var ill: [ObjectID: HealthReport]
    /// Objects that left Git and stayed, when somebody looked last.
    package var unpruned: [ObjectID]
    /// Whether somebody waits for the objects of this run: the driver, to be told what to watch.
    package var needsObjects: Bool
    /// Whether the driver remembers content, and may tell by itself how it stands.
    package var isRemembered: Bool
    package var wall: Time
    /// As of the last answer, once the run has begun.
    package var monotonic: Moment

    package init(
        context: UnitContext, policy: SyncPolicy, record: UnitRecord, newest: Version?, waitsFor: [UnitID],
        fights: FightLedger, ill: [ObjectID: HealthReport] = [:], unpruned: [ObjectID] = [],
        needsObjects: Bool = false, isRemembered: Bool = true, wall: Time, monotonic: Moment
    ) {
        self.context = context
        self.policy = policy
        self.record = record
        self.newest = newest
        self.waitsFor = waitsFor
        self.fights = fights
        self.ill = ill
        self.unpruned = unpruned
        self.needsObjects = needsObjects
        self.isRemembered = isRemembered
        self.wall = wall
        self.monotonic = monotonic
    }
}

/// What a unit declares at one version.
package struct Rendered: Sendable, Hashable {
    package var version: Version
    package var digest: Digest
    /// What is kept as it is declared.
    package var objects: [DesiredObject]
    /// What is run at some points of a sync.
    package var hooks: [DesiredObject]
    /// What was read of secrets for them, ordered by place.
    package var secrets: [SecretAccess]

    /// - Parameter objects: all, in their order; hooks are told apart.
    package init(version: Version, digest: Digest, objects: [DesiredObject], secrets: [SecretAccess] = []) {
        self.version = version
        self.digest = digest
        self.secrets = secrets
        hooks = objects.filter { $0.hook != nil }
        self.objects = hooks.isEmpty ? objects : objects.filter { $0.hook == nil }
    }

    package var all: [DesiredObject] { hooks.isEmpty ? objects : objects + hooks }
}
