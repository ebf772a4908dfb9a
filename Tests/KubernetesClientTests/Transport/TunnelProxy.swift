// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A proxy on the loopback that speaks just enough: HTTP's CONNECT, with a login where it asks for one, or SOCKS5. Wherever
/// it is asked to go, it goes to one server on the loopback, so that names need not lead anywhere.
final class TunnelProxy: Sendable {
    enum Kind: Sendable {
        /// With what an `authorization` of it must say; `nil` for a proxy that takes everybody.
        case http(authorization: String?)
        case socks5
    }

    private let listening: any Channel
    fileprivate let seen: Seen

    /// Where it was asked to go, as `host:port`, and all connections.
    fileprivate final class Seen: Sendable {
        let places = Mutex<[String]>([])
        let connections = Mutex<[any Channel]>([])
    }

    private init(_ listening: any Channel, _ seen: Seen) {
        self.listening = listening
        self.seen = seen
    }

    var port: Int { listening.localAddress?.port ?? 0 }
    /// Where it was asked to go, in order.
    var places: [String] { seen.places.withLock { $0 } }

    /// A proxy that lives as long as the closure.
    static func with<Result: Sendable>(
        _ kind: Kind, before port: Int, _ body: (TunnelProxy) async throws -> Result
    ) async throws -> Result {
        let seen = Seen()
        let listening = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                seen.connections.withLock { $0.append(channel) }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Greeting(kind, to: port, seen))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let proxy = TunnelProxy(listening, seen)
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(proxy)) } catch { result = .failure(error) }
        try? await listening.close().get()
        for channel in seen.connections.withLock({ $0 }) { channel.close(promise: nil) }
        return try result.get()
    }
}

/// Hears where to go, and passes everything on from then on.
private final class Greeting: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let kind: TunnelProxy.Kind
    private let port: Int
    private let seen: TunnelProxy.Seen
    private var heard: [UInt8] = []
    private var isGreeted = false
    private var isOnItsWay = false
    private var server: (any Channel)?

    init(_ kind: TunnelProxy.Kind, to port: Int, _ seen: TunnelProxy.Seen) {
        self.kind = kind
        self.port = port
        self.seen = seen
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        if let server { return server.writeAndFlush(buffer, promise: nil) }
        heard += Array(buffer.readableBytesView)
        guard !isOnItsWay else { return }
        switch kind {
        case .http(let authorization): hear(authorization, context)
        case .socks5: hearSocks(context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        server?.close(promise: nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func hear(_ authorization: String?, _ context: ChannelHandlerContext) {
        let text = String(decoding: heard, as: UTF8.self)
        guard text.hasSuffix("\r\n\r\n") else { return }
        heard = []
        let lines = text.components(separatedBy: "\r\n")
        let words = (lines.first ?? "").split(separator: " ").map(String.init)
        let prefix = "proxy-authorization: "
        let given = lines.first { $0.lowercased().hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        guard words.count == 3, words[0] == "CONNECT" else { return context.close(promise: nil) }
        guard authorization == nil || given == authorization else {
            say("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n".utf8, context)
            return context.close(promise: nil)
        }
        go(to: words[1], saying: Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8), context)
    }

    /// RFC 1928, for clients without a login.
    private func hearSocks(_ context: ChannelHandlerContext) {
        if !isGreeted {
            guard heard.count >= 2, heard.count >= 2 + Int(heard[1]) else { return }
            heard.removeFirst(2 + Int(heard[1]))
            isGreeted = true
            say([5, 0], context)
        }
        guard heard.count >= 5 else { return }
        let (start, length) = heard[3] == 3 ? (5, Int(heard[4])) : (4, heard[3] == 1 ? 4 : 16)
        guard heard.count >= start + length + 2 else { return }
        let address = heard[start..<start + length]
        let host =
            heard[3] == 3 ? String(decoding: address, as: UTF8.self) : address.map { "\($0)" }.joined(separator: ".")
        let number = Int(heard[start + length]) << 8 + Int(heard[start + length + 1])
        heard.removeFirst(start + length + 2)
        go(to: "\(host):\(number)", saying: [5, 0, 0, 1, 0, 0, 0, 0, 0, 0], context)
    }

    private func say(_ bytes: some Sequence<UInt8>, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    private func go(to place: String, saying answer: [UInt8], _ context: ChannelHandlerContext) {
        isOnItsWay = true
        seen.places.withLock { $0.append(place) }
        let near = context.channel
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        ClientBootstrap(group: context.eventLoop)
            .channelInitializer { far in
                far.eventLoop.makeCompletedFuture { try far.pipeline.syncOperations.addHandler(Back(near)) }
            }
            .connect(host: "127.0.0.1", port: port)
            .whenComplete { result in
                guard case .success(let far) = result else { return near.close(promise: nil) }
                near.writeAndFlush(ByteBuffer(bytes: answer), promise: nil)
                if !this.value.heard.isEmpty { far.writeAndFlush(ByteBuffer(bytes: this.value.heard), promise: nil) }
                this.value.server = far
            }
    }
}

/// What the server says goes to who asked.
private final class Back: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let near: any Channel

    init(_ near: any Channel) { self.near = near }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        near.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        near.close(promise: nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
