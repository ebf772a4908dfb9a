// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
import Hummingbird
import Manifest
import NIOCore

/// What belongs to one request.
struct Context: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Whether it is one of several requests of an HTTP/2 connection: then it has a channel below the connection's.
    var isStream: Bool { channel.parent?.parent != nil }

    /// Calls `tell` once the client sends no more, and closes the connection: what waits for room on it fails then.
    func whenClientIsGone(_ tell: @escaping @Sendable () -> Void) {
        let channel = channel
        channel.eventLoop.execute {
            func end() {
                tell()
                channel.close(promise: nil)
            }
            guard let watch = try? channel.pipeline.syncOperations.handler(type: ClientWatch.self) else { return end() }
            watch.whenGone(end)
        }
    }

    /// Where the connection comes from; for IPv6 the network, since whoever has one address there has a network of them.
    var address: Text {
        guard let remote = channel.remoteAddress else { return "unknown" }
        guard let text = remote.ipAddress else { return "local" }
        guard remote.protocol == .inet6 else { return Text(text) }
        var bytes = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, text, &bytes) == 1 else { return Text(text) }
        let isMapped = bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        return isMapped
            ? Text(bytes.suffix(4).map(String.init).joined(separator: ".")) : "\(Hex.encode(bytes.prefix(8)))::/64"
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
