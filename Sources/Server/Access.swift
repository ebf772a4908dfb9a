// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Glibc
import Manifest
import Model
import NIOPosix
import Synchronization

/// The process at the other end of a unix socket, as the kernel vouches for it.
package struct Peer: Sendable, Hashable {
    package var process: Int32
    package var user: UInt32
    package var group: UInt32

    package init(process: Int32, user: UInt32, group: UInt32) {
        self.process = process
        self.user = user
        self.group = group
    }
}

/// Who may do what.
package struct Access: Sendable {
    package var allows: @Sendable (Peer, PermissionName) -> Bool

    package init(allows: @escaping @Sendable (Peer, PermissionName) -> Bool) { self.allows = allows }

    /// The user that runs the engine, and root, may do everything; nobody else anything.
    package static let owner = Access { peer, _ in peer.user == 0 || peer.user == geteuid() }
}

/// The names of users, asked once each: the answer may come over the network.
final class UserNames: Sendable {
    private let known = Mutex<[UInt32: Text]>([:])

    func actor(of peer: Peer) async -> Actor {
        if let name = known.withLock({ $0[peer.user] }) { return Actor("user:\(name)") }
        let user = peer.user
        let name = try? await NIOThreadPool.singleton.runIfActive { UserName.look(up: user) }
        guard let name else { return Actor("user:#\(user)") }
        known.withLock { known in
            if known.count >= 1000 { known = [:] }
            known[user] = name
        }
        return Actor("user:\(name)")
    }
}
