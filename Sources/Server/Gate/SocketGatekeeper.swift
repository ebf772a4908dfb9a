// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Glibc
import Hummingbird
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

/// Who may use a unix socket. Whoever may, may do everything.
package struct SocketAccess: Sendable {
    package var admits: @Sendable (Peer) -> Bool

    package init(admits: @escaping @Sendable (Peer) -> Bool) { self.admits = admits }

    /// The user that runs the engine, and root.
    package static let owner = SocketAccess { $0.user == 0 || $0.user == geteuid() }
}

struct SocketGatekeeper: Gatekeeper {
    let access: SocketAccess
    private let names = UserNames()

    init(access: SocketAccess) { self.access = access }

    func admit(_ request: Request, _ context: Context) async throws(APIError) -> Admission {
        guard let peer = await context.peer() else {
            throw APIError(.unauthenticated, "the kernel does not say who is asking")
        }
        guard access.admits(peer) else {
            throw APIError(
                .forbidden, "user #\(peer.user) may not use this socket",
                advice: "ask as root or as the user that runs the daemon")
        }
        return Admission(principal: .local(user: await names.name(of: peer)))
    }
}

/// The names of users, asked once each: the answer may come over the network.
private final class UserNames: Sendable {
    private let known = Mutex<[UInt32: Text]>([:])

    func name(of peer: Peer) async -> Text {
        if let name = known.withLock({ $0[peer.user] }) { return name }
        let user = peer.user
        let name = try? await NIOThreadPool.singleton.runIfActive { UserName.look(up: user) }
        guard let name else { return "#\(user)" }
        known.withLock { known in
            if known.count >= 1000 { known = [:] }
            known[user] = name
        }
        return name
    }
}
