// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import NIOCore
import NIOPosix
import Synchronization

/// Stands on the loopback before a server, passes on what both say, and keeps it: so a test sees what went over the wire.
package final class RecordingProxy: Sendable {
    fileprivate struct Recorded {
        var sent: [UInt8] = []
        var answered: [UInt8] = []
        var connections: [any Channel] = []
    }

    private let listening: any Channel
    private let recorded: Recorder

    fileprivate final class Recorder: Sendable {
        let all = Mutex(Recorded())
    }

    private init(_ listening: any Channel, _ recorded: Recorder) {
        self.listening = listening
        self.recorded = recorded
    }

    package var port: Int { listening.localAddress?.port ?? 0 }

    /// What came from those who connected, one connection after the other.
    package var sent: [UInt8] { recorded.all.withLock { $0.sent } }
    /// What the server answered.
    package var answered: [UInt8] { recorded.all.withLock { $0.answered } }

    /// A proxy that lives as long as the closure.
    ///
    /// - Parameter port: the server's, on the loopback. It need not be there yet.
    package static func with<Result: Sendable>(
        before port: Int, _ body: (RecordingProxy) async throws -> Result
    ) async throws -> Result {
        let recorder = Recorder()
        let listening = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { near in
                recorder.all.withLock { $0.connections.append(near) }
                return near.eventLoop.makeCompletedFuture {
                    let passing = Passing { bytes in recorder.all.withLock { $0.sent += bytes } }
                    try near.pipeline.syncOperations.addHandler(passing)
                    let bound = NIOLoopBound(passing, eventLoop: near.eventLoop)
                    connect(near, to: port, bound, recorder)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let proxy = RecordingProxy(listening, recorder)
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(proxy)) } catch { result = .failure(error) }
        try? await listening.close().get()
        for channel in recorder.all.withLock({ $0.connections }) { channel.close(promise: nil) }
        return try result.get()
    }

    private static func connect(
        _ near: any Channel, to port: Int, _ passing: NIOLoopBound<Passing>, _ recorder: Recorder
    ) {
        ClientBootstrap(group: near.eventLoop)
            .channelInitializer { far in
                far.eventLoop.makeCompletedFuture {
                    let back = Passing { bytes in recorder.all.withLock { $0.answered += bytes } }
                    back.peer = near
                    try far.pipeline.syncOperations.addHandler(back)
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .whenComplete { result in
                guard case .success(let far) = result else { return near.close(promise: nil) }
                passing.value.peer = far
                // It reads by itself from now on, or once it is open.
                near.setOption(.autoRead, value: true).whenFailure { _ in near.close(promise: nil) }
            }
    }
}

/// Hands what comes to somebody, and then to the other side.
private final class Passing: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    var peer: (any Channel)?
    private let note: ([UInt8]) -> Void

    init(note: @escaping ([UInt8]) -> Void) { self.note = note }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        note(Array(buffer.readableBytesView))
        peer?.writeAndFlush(buffer, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        peer?.close(promise: nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
