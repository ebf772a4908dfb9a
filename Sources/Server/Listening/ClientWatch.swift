// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import NIOCore

/// Notices that a client sends no more, and tells whoever wants to know: a task that reads what never comes would be there
/// for each stream that is open. Stands behind what decodes HTTP.
final class ClientWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private var isGone = false
    private var tell: (() -> Void)?

    /// Calls `tell` when the client is gone, at once where it is already. Only the last who asked is told.
    func whenGone(_ tell: @escaping () -> Void) {
        if isGone { tell() } else { self.tell = tell }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { gone() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        gone()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { gone() }

    private func gone() {
        isGone = true
        let told = tell
        tell = nil
        told?()
    }
}
