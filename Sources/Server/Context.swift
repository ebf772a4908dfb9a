// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
import Hummingbird
import NIOCore

/// What belongs to one request.
struct Context: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// `nil` when the connection is no unix socket.
    func peer() async -> Peer? {
        guard let options = channel as? any SocketOptionProvider, channel.remoteAddress?.protocol == .unix,
            let credentials = try? await credentials(options).get()
        else { return nil }
        return Peer(process: credentials.process, user: credentials.user, group: credentials.group)
    }

    /// The layout of `struct ucred`.
    private struct Credentials: Sendable {
        var process: Int32
        var user: UInt32
        var group: UInt32
    }

    private func credentials(_ options: any SocketOptionProvider) -> EventLoopFuture<Credentials> {
        options.unsafeGetSocketOption(level: .socket, name: NIOBSDSocket.Option(rawValue: CInt(SO_PEERCRED)))
    }
}
