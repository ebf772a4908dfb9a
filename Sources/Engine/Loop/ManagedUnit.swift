// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Manifest
package import Model

/// What the fleet says of a unit. What is long of it lies in one place, however many keep it.
package struct ManagedUnit: Sendable, Hashable {
    /// Where the fleet says nothing any more.
    private struct Left: Sendable, Hashable {
        var context: UnitContext
        var policy: SyncPolicy
        var dependsOn: [UnitID]
    }

    private enum Basis: Sendable, Hashable {
        case declared(UnitSpec)
        case left(Apart<Left>)
    }

    private let basis: Basis
    /// The newest accepted version; `nil` for a unit that left the fleet.
    package var newest: Version?

    /// One that is declared.
    package init(_ spec: UnitSpec, newest: Version?) {
        basis = .declared(spec)
        self.newest = newest
    }

    /// One that is held without a declaration.
    package init(context: UnitContext, policy: SyncPolicy, newest: Version?, dependsOn: [UnitID] = []) {
        let left = Left(context: context, policy: policy, dependsOn: dependsOn)
        basis = .left(Apart(wrappedValue: left))
        self.newest = newest
    }

    /// As it is declared; `nil` when it is not.
    package var spec: UnitSpec? { if case .declared(let spec) = basis { spec } else { nil } }
    package var unit: UnitID {
        switch basis {
        case .declared(let spec): spec.unit
        case .left(let left): left.wrappedValue.context.unit
        }
    }
    package var project: ProjectName {
        switch basis {
        case .declared(let spec): spec.project
        case .left(let left): left.wrappedValue.context.project
        }
    }
    package var context: UnitContext {
        switch basis {
        case .declared(let spec):
            UnitContext(
                unit: spec.unit, project: spec.project, limits: spec.limits, driftRules: spec.driftRules)
        case .left(let left): left.wrappedValue.context
        }
    }
    package var policy: SyncPolicy {
        switch basis {
        case .declared(let spec): spec.policy
        case .left(let left): left.wrappedValue.policy
        }
    }
    package var dependsOn: [UnitID] {
        switch basis {
        case .declared(let spec): spec.dependsOn
        case .left(let left): left.wrappedValue.dependsOn
        }
    }
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
