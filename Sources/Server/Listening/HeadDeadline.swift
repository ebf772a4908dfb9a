// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import NIOCore
import NIOHTTPTypes

/// Closes a connection on which no request arrives within a time, however many bytes trickle in: a request counts when
/// its head is whole.
///
/// Between requests of one connection the time begins anew with the end of an answer. Stands behind what decodes HTTP.
final class HeadDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limit: TimeAmount
    private var deadline: Scheduled<Void>?
    /// Requests without an answer: a client may send the next one before it has the last one's.
    private var open = 0
    /// Of the whole connection, where it has one.
    private var connection: ConnectionDeadline?

    init(_ limit: TimeAmount) { self.limit = limit }

    func handlerAdded(context: ChannelHandlerContext) {
        connection = Self.connection(context)
        wait(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        if open > 0 { connection?.requestsEnded(open) }
        (connection, open) = (nil, 0)
    }

    /// In HTTP/1 the connection is this very channel, in HTTP/2 the one that the stream belongs to.
    private static func connection(_ context: ChannelHandlerContext) -> ConnectionDeadline? {
        if let own = try? context.pipeline.syncOperations.handler(type: ConnectionDeadline.self) { return own }
        guard let parent = context.channel.parent, parent.eventLoop.inEventLoop else { return nil }
        return try? parent.pipeline.syncOperations.handler(type: ConnectionDeadline.self)
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) {
            open += 1
            deadline?.cancel()
            connection?.requestBegan()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            // An answer may come before its request is whole: to one that cannot be read.
            if open > 0 { connection?.requestsEnded() }
            open = max(0, open - 1)
            if open == 0 { wait(context) }
        }
        context.write(data, promise: promise)
    }

    private func wait(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
    }
}
