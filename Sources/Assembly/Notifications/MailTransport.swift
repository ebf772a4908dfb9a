// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import GitSource
import Manifest
import NIOCore
import NIOPosix
import NIOSSL
import Notifications

/// Hands letters to mail servers, each over a connection of its own, within a bounded time.
struct MailTransport: Sendable {
    /// Servers may take their time on purpose.
    private static let limit = Duration.seconds(60)
    private let resolver = Resolver.system(threads: .singleton)

    static let cut: Text = "broke the connection off"
    static let distrusted: Text = "its certificate is not trusted or for another name, or the connection broke"

    /// - Returns: what came of it, and whom the server did not want of several.
    func send(_ letter: Letter, by server: MailServer, password: Secret<Text>?) async -> (Delivery, refused: [Text]) {
        await withTaskGroup(of: (Delivery, refused: [Text])?.self) { group in
            group.addTask { await exchange(SMTPDialogue(letter, to: server, password: password), server) }
            group.addTask {
                try? await Task.sleep(for: Self.limit)
                return nil
            }
            defer { group.cancelAll() }
            let late = (Delivery.later("took longer than 60 seconds", after: nil), refused: [Text]())
            return await group.next().flatMap(\.self) ?? late
        }
    }

    private func exchange(_ dialogue: SMTPDialogue, _ server: MailServer) async -> (Delivery, refused: [Text]) {
        let place: String
        do throws(SourceFailure) {
            // Link-local addresses, where clouds keep their metadata services, are refused there.
            let origin = try RepositoryAddress(parsing: Text("https://\(server.host):\(server.port)/mail"))
            place = try await resolver.resolve(origin).first?.text ?? server.host.string
        } catch {
            if case .notAllowed = error { return (.refused("is at an address of the local link"), []) }
            return (.later("cannot be found", after: nil), [])
        }
        let security: NIOSSLContext?
        do {
            security = try await NIOThreadPool.singleton.runIfActive { try Self.context(server) }
        } catch {
            return (.later("its authority's certificates cannot be read", after: nil), [])
        }
        let connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>
        do {
            connection = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connectTimeout(.seconds(10))
                .connect(host: place, port: server.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if server.security == .tls, let security { try Self.secure(channel, security, server) }
                        if server.security == .starttls {
                            try channel.pipeline.syncOperations.addHandler(ByteCounter())
                        }
                        return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            return (.later("cannot be reached", after: nil), [])
        }
        do {
            return try await talk(connection, dialogue, security, server)
        } catch is SMTPReplyReader.Malformed {
            return (.later("does not speak SMTP", after: nil), [])
        } catch {
            // Where the handshake fails, what is said of it depends on who notices first.
            return (.later(security == nil ? Self.cut : Self.distrusted, after: nil), [])
        }
    }

    private func talk(
        _ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>, _ dialogue: SMTPDialogue, _ security: NIOSSLContext?,
        _ server: MailServer
    ) async throws -> (Delivery, refused: [Text]) {
        let channel = connection.channel
        return try await connection.executeThenClose { incoming, outgoing in
            var dialogue = dialogue
            var reader = SMTPReplyReader()
            var taken = 0
            for try await piece in incoming {
                taken &+= piece.readableBytes
                reader.append(piece.readableBytesView)
                while let reply = try reader.next() {
                    var actions = dialogue.received(reply)[...]
                    while let action = actions.popFirst() {
                        switch action {
                        case .send(let bytes):
                            // Many servers do not wait for a farewell; what came of the letter is known by then.
                            if case .finish? = actions.first {
                                try? await outgoing.write(ByteBuffer(bytes: bytes))
                            } else {
                                try await outgoing.write(ByteBuffer(bytes: bytes))
                            }
                        case .startTLS:
                            // What somebody on the way put behind the answer would count as said under TLS.
                            guard reader.isEmpty, let security,
                                try await Self.secure(channel, security, server, after: taken)
                            else { return (.later("said more than it was asked for before TLS", after: nil), []) }
                            actions += dialogue.secured()
                        case .finish(let delivery): return (delivery, dialogue.refused)
                        }
                    }
                }
            }
            return (.later("closed the connection", after: nil), [])
        }
    }

    /// - Parameter taken: how many bytes were read of what came.
    /// - Returns: whether nothing else came; otherwise there is no TLS.
    private static func secure(
        _ channel: any Channel, _ context: NIOSSLContext, _ server: MailServer, after taken: Int
    ) async throws -> Bool {
        try await channel.eventLoop.submit { () throws -> Bool in
            let counter = try channel.pipeline.syncOperations.handler(type: ByteCounter.self)
            guard counter.bytes == taken else { return false }
            try secure(channel, context, server)
            return true
        }.get()
    }

    /// On the channel's event loop.
    private static func secure(_ channel: any Channel, _ context: NIOSSLContext, _ server: MailServer) throws {
        // Of an address it is the address that the certificate must be for.
        let isAddress = (try? SocketAddress(ipAddress: server.host.string, port: 0)) != nil
        try channel.pipeline.syncOperations.addHandler(
            NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : server.host.string),
            position: .first)
    }

    private static func context(_ server: MailServer) throws -> NIOSSLContext? {
        guard server.security != .none else { return nil }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let authority = server.authority {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authority.string))
        }
        return try NIOSSLContext(configuration: configuration)
    }
}

/// Counts what comes: those who read get to see it only later. Once TLS stands before it, what it counts was decrypted.
private final class ByteCounter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private(set) var bytes = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes &+= unwrapInboundIn(data).readableBytes
        context.fireChannelRead(data)
    }
}
