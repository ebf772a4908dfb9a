// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Manifest
package import Model

/// What the fleet says of a unit. It lies in one place, however many keep it.
package struct ManagedUnit: Sendable, Hashable {
    private struct Said: Sendable, Hashable {
        var context: UnitContext
        var policy: SyncPolicy
        var newest: Version?
        var dependsOn: [UnitID]
    }

    @Apart private var said: Said

    package init(context: UnitContext, policy: SyncPolicy, newest: Version?, dependsOn: [UnitID] = []) {
        said = Said(context: context, policy: policy, newest: newest, dependsOn: dependsOn)
    }

    package var context: UnitContext { said.context }
    package var policy: SyncPolicy { said.policy }
    /// The newest accepted version; `nil` for a unit that left the fleet.
    package var newest: Version? {
        get { said.newest }
        set { said.newest = newValue }
    }
    package var dependsOn: [UnitID] { said.dependsOn }

    package var unit: UnitID { said.context.unit }
}

/// How a unit stands, for those who look.
package struct UnitSnapshot: Sendable {
    package var managed: ManagedUnit
    @Apart package var record: UnitRecord
    package var state: SyncState
    package var reason: Text
    /// Of the plan that waits, if one does.
    package var plan: Digest?
    package var nextAttempt: Time?
    /// Objects that left Git and stay until somebody asks for their deletion.
    package var unpruned: [ObjectID]
    /// Runs in a row that came to nothing and are repeated.
    package var failures: Int

    package init(
        managed: ManagedUnit, record: Apart<UnitRecord>, state: SyncState, reason: Text, plan: Digest? = nil,
        nextAttempt: Time? = nil, unpruned: [ObjectID] = [], failures: Int = 0
    ) {
        self.managed = managed
        _record = record
        self.state = state
        self.reason = reason
        self.plan = plan
        self.nextAttempt = nextAttempt
        self.unpruned = unpruned
        self.failures = failures
    }
}
