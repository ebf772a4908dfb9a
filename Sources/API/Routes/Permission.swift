// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// What an asker must be allowed for a route. A type, so that a route without one does not compile.
package protocol Permission: Sendable {
    /// What roles call it; `nil` for what everybody may do who is signed in.
    static var verb: Verb? { get }
}

package enum Permissions {
    package enum Read: Permission { package static let verb: Verb? = .read }
    package enum Sync: Permission { package static let verb: Verb? = .sync }
    package enum Accept: Permission { package static let verb: Verb? = .accept }
    package enum Pause: Permission { package static let verb: Verb? = .pause }
    package enum Rollback: Permission { package static let verb: Verb? = .rollback }
    package enum Confirm: Permission { package static let verb: Verb? = .confirm }
    package enum Approve: Permission { package static let verb: Verb? = .approve }
    package enum Audit: Permission { package static let verb: Verb? = .audit }
    package enum Admin: Permission { package static let verb: Verb? = .admin }
    /// Ask about oneself.
    package enum SignedIn: Permission { package static let verb: Verb? = nil }
}
