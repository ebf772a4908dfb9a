// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Manifest

/// Whom something of ours is to belong to; `nil` is left as it is.
struct Ownership: Sendable, Hashable {
    var user: UInt32?
    var group: UInt32?

    static let unmanaged = Ownership(user: nil, group: nil)
}

/// Who Trimtab runs as decides what can be said about owners.
struct OwnershipRules: Sendable {
    let accounts: Accounts
    let isRoot: Bool
    let isSandbox: Bool

    /// As root, what is not said is root. Other users cannot give files away: in a sandbox owners are left out, on
    /// the machine itself they stay as they are when nothing is said.
    func resolve(_ owner: Account?, _ group: Account?) throws(HostFault) -> Ownership {
        if !isRoot && isSandbox { return .unmanaged }
        return Ownership(
            user: try owner.map { owner throws(HostFault) in try accounts.user(owner) } ?? (isRoot ? 0 : nil),
            group: try group.map { group throws(HostFault) in try accounts.group(group) } ?? (isRoot ? 0 : nil))
    }
}
