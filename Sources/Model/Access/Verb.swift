// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// What people may be allowed to do. The raw value is how roles, tokens and messages call it.
package enum Verb: String, Sendable, Hashable, CaseIterable {
    /// Look at everything but secrets.
    case read
    /// Have done now what Git says.
    case sync
    /// Stop and start the automation.
    case pause
    /// Go back to an earlier content.
    case rollback
    /// Let through what a guard holds back.
    case confirm
    /// Agree to a plan that somebody else wants, where the application asks for that.
    case approve
    /// Let rewritten history of a source count.
    case accept
    /// Check the journal.
    case audit
    /// Make and revoke tokens, and ask what others may do.
    case admin
}
