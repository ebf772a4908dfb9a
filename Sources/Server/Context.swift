// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Glibc
import Hummingbird
import Manifest
import NIOCore

/// What belongs to one request.
struct Context: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel
    /// Where the request comes from: the connection, unless a proxy that is trusted says more.
    private(set) var address: Text

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        address = channel.remoteAddress.map { IPAddress($0)?.network ?? "local" } ?? "unknown"
    }

    /// The same request as it comes through the proxies in front of this server.
    func behind(_ forwarding: Forwarding, _ request: Request) -> Context {
        guard !forwarding.proxies.isEmpty, let peer = channel.remoteAddress.flatMap({ IPAddress($0) }) else {
            return self
        }
        var context = self
        context.address = forwarding.client(of: request, from: peer).network
        return context
    }

    /// Whether it is one of several requests of an HTTP/2 connection: then it has a channel below the connection's.
    var isStream: Bool { channel.parent?.parent != nil }

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

extension IPAddress {
    /// `nil` for a unix socket.
    init?(_ address: SocketAddress) {
        guard let text = address.ipAddress else { return nil }
        self.init(Text(text))
    }
}
