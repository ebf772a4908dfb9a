// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Manifest
package import Model

/// What the fleet says of a unit.
package struct ManagedUnit: Sendable, Hashable {
    package var context: UnitContext
    package var policy: SyncPolicy
    /// The newest accepted version; `nil` for a unit that left the fleet.
    package var newest: Version?
    package var dependsOn: [UnitID]

    package init(context: UnitContext, policy: SyncPolicy, newest: Version?, dependsOn: [UnitID] = []) {
        self.context = context
        self.policy = policy
        self.newest = newest
        self.dependsOn = dependsOn
    }

    package var unit: UnitID { context.unit }
}

/// How a unit stands, for those who look.
package struct UnitSnapshot: Sendable {
    package var managed: ManagedUnit
    package var record: UnitRecord
    package var state: SyncState
    package var reason: Text
    /// The plan that waits, if one does.
    package var plan: Plan?
    package var nextAttempt: Time?
    /// Objects that left Git and stay until somebody asks for their deletion.
    package var unpruned: [ObjectID]
    /// Runs in a row that came to nothing and are repeated.
    package var failures: Int

    package init(
        managed: ManagedUnit, record: UnitRecord, state: SyncState, reason: Text, plan: Plan? = nil,
        nextAttempt: Time? = nil, unpruned: [ObjectID] = [], failures: Int = 0
    ) {
        self.managed = managed
        self.record = record
        self.state = state
        self.reason = reason
        self.plan = plan
        self.nextAttempt = nextAttempt
        self.unpruned = unpruned
        self.failures = failures
    }
}
