// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// What an asker must be allowed for a route. A type, so that a route without one does not compile.
package protocol Permission: Sendable {
    static var name: PermissionName { get }
}

/// The raw value is how policies and messages call it.
package enum PermissionName: String, Sendable, Hashable, CaseIterable {
    case read, sync, accept, pause, rollback, confirm, audit
}

package enum Permissions {
    /// Look at everything but secrets.
    package enum Read: Permission { package static let name = PermissionName.read }
    /// Have done now what Git says.
    package enum Sync: Permission { package static let name = PermissionName.sync }
    /// Let rewritten history count.
    package enum Accept: Permission { package static let name = PermissionName.accept }
    /// Stop and start the automation.
    package enum Pause: Permission { package static let name = PermissionName.pause }
    package enum Rollback: Permission { package static let name = PermissionName.rollback }
    /// Let through what a guard holds back.
    package enum Confirm: Permission { package static let name = PermissionName.confirm }
    /// Check the journal.
    package enum Audit: Permission { package static let name = PermissionName.audit }
}
