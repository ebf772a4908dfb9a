// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import NIOCore

/// Closes a connection over which nothing came within a time, and later one on which no request is open for another, or
/// on which too many are.
///
/// HTTP/2 has many ways to stay without asking for anything: a head that is never whole, a ping now and then, a farewell
/// that is never acknowledged. Only requests count here, and ``HeadDeadline`` tells of them.
final class ConnectionDeadline: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    private let handshake: TimeAmount
    private let idle: TimeAmount
    private var channel: (any Channel)?
    private var deadline: Scheduled<Void>?
    private var hasBegun = false
    private var requests = 0
    private let most: Int

    init(_ limits: APIServer.Limits) {
        handshake = TimeAmount(limits.handshake)
        idle = TimeAmount(limits.idle + limits.farewell)
        most = limits.requests
    }

    func handlerAdded(context: ChannelHandlerContext) {
        channel = context.channel
        close(in: handshake)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        channel = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !hasBegun {
            hasBegun = true
            close(in: idle)
        }
        context.fireChannelRead(data)
    }

    func requestBegan() {
        requests += 1
        deadline?.cancel()
        if requests > most { channel?.close(promise: nil) }
    }

    func requestsEnded(_ count: Int = 1) {
        requests -= count
        if requests == 0 { close(in: idle) }
    }

    private func close(in time: TimeAmount) {
        deadline?.cancel()
        guard let channel else { return }
        deadline = channel.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}
