// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// One open stream of events: when which frame was whole.
final class StreamReader: ChannelInboundHandler, Sendable {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    struct Frame: Sendable {
        /// The event that it reaches to.
        var id: UInt64
        /// Nanoseconds since 1970 when its last byte was there.
        var time: Int64
    }

    struct Seen: Sendable {
        var frames: [Frame] = []
        var bytes = 0
        var status: UInt = 0
    }

    private let path: String
    private let token: String
    private let seen: NIOLoopBound<Box>

    private final class Box {
        var seen = Seen()
    }

    init(_ path: String, token: String, on loop: any EventLoop) {
        self.path = path
        self.token = token
        seen = NIOLoopBound(Box(), eventLoop: loop)
    }

    static func open(
        _ path: String, token: String, port: Int, tls: NIOSSLContext, on loop: any EventLoop
    ) async throws -> (channel: any Channel, reader: StreamReader) {
        let reader = try await loop.submit { StreamReader(path, token: token, on: loop) }.get()
        let channel = try await ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: nil))
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(reader)
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return (channel, reader)
    }

    func result(on loop: any EventLoop) async throws -> Seen {
        try await loop.submit { self.seen.value.seen }.get()
    }

    func channelActive(context: ChannelHandlerContext) {
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path)
        head.headers = ["host": "127.0.0.1", "authorization": "Bearer \(token)", "accept": "text/event-stream"]
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let box = seen.value
        switch unwrapInboundIn(data) {
        case .head(let head): box.seen.status = head.status.code
        case .end: break
        case .body(let part):
            box.seen.bytes += part.readableBytes
            // A frame begins with its id; what follows of it comes in further parts, the last of which counts.
            if let id = Self.id(part) {
                box.seen.frames.append(Frame(id: id, time: Self.now))
            } else if !box.seen.frames.isEmpty, part.readableBytes > 8 {
                box.seen.frames[box.seen.frames.count - 1].time = Self.now
            }
        }
    }

    private static func id(_ part: ByteBuffer) -> UInt64? {
        part.withUnsafeReadableBytes { bytes in
            guard bytes.count > 5, bytes.prefix(4).elementsEqual("id: ".utf8) else { return nil }
            var id: UInt64 = 0
            for byte in bytes.dropFirst(4) {
                guard byte >= 0x30, byte <= 0x39 else { return id }
                id = id &* 10 &+ UInt64(byte - 0x30)
            }
            return nil
        }
    }

    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
