// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import NIOCore
import NIOPosix
import Notifications
import Synchronization
import TestSupport
import Testing

@testable import Assembly

/// What somebody between us and a mail server may say in its name before TLS stands. No real server does.
@Suite(.timeLimit(.minutes(1))) struct InjectedMailTests {
    @Test(arguments: ["250-mail\r\n250 AUTH PLAIN\r\n", "2", "\r\n"])
    func `what stands behind the answer to STARTTLS ends the connection before TLS`(injected: String) async throws {
        let heard = Mutex<[String]>([])
        let listening = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Interloper(injected: injected) { line in heard.withLock { $0.append(line) } })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = MailServer(
            host: "127.0.0.1", port: try #require(listening.localAddress?.port), security: .starttls,
            from: try #require(MailAddress("trimtab@example.org")), to: [try #require(MailAddress("ops@example.org"))])
        let message = Message(
            id: "w-1-1", sequence: 1, time: Time(nanoseconds: 1_795_426_200_000_000_000), kind: .drifted,
            severity: .warning, fleet: "acme", unit: unit("web"), summary: "drifted")
        let letter = try #require(Letter([message], by: "ops", from: server))
        let delivery = await MailTransport().send(letter, by: server, password: nil).0
        #expect(delivery == .later("said more than it was asked for before TLS", after: nil))
        #expect(heard.withLock { $0.map { $0.prefix(4) } } == ["EHLO", "STAR"], "nothing of the letter was said")
        try await listening.close()
    }
}

/// Greets, offers STARTTLS, and puts more behind its consent.
private final class Interloper: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let injected: String
    private let hear: @Sendable (String) -> Void

    init(injected: String, hear: @escaping @Sendable (String) -> Void) {
        self.injected = injected
        self.hear = hear
    }

    func channelActive(context: ChannelHandlerContext) { say("220 mail\r\n", context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let line = String(buffer: unwrapInboundIn(data))
        hear(line)
        switch line.prefix(4) {
        case "EHLO": say("250-mail\r\n250 STARTTLS\r\n", context)
        case "STAR": say("220 go ahead\r\n\(injected)", context)
        default: say("250 ok\r\n", context)
        }
    }

    private func say(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}
