// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// An HTTP server on the loopback that answers what a test tells it to: for faults that no real server shows on demand.
package final class ScriptedServer: Sendable {
    package struct Request: Sendable {
        package var method: String
        /// Path and query.
        package var uri: String
        package var headers: [(name: String, value: String)]
        package var body: [UInt8]

        package func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
        package var path: String { String(uri.prefix { $0 != "?" }) }
    }

    package struct Reply: Sendable {
        package enum Ending: Sendable {
            case complete
            /// The connection is closed in the midst of the answer.
            case cut
            /// Nothing more comes, and the connection stays.
            case silence
        }

        package var status: Int
        package var headers: [(name: String, value: String)]
        /// Sent one by one, with a pause between them.
        package var pieces: [[UInt8]]
        package var pause: Duration
        /// Writes what follows the pieces, as it comes.
        package var stream: Stream?
        package var ending: Ending

        package init(
            _ status: Int = 200, headers: [(name: String, value: String)] = [], pieces: [[UInt8]] = [],
            pause: Duration = .milliseconds(1), ending: Ending = .complete
        ) {
            self.status = status
            self.headers = headers
            self.pieces = pieces
            self.pause = pause
            self.ending = ending
        }

        package typealias Stream = @Sendable (_ write: @Sendable ([UInt8]) async throws -> Void) async throws -> Void

        package static func json(_ text: String, status: Int = 200) -> Reply {
            Reply(status, pieces: [Array(text.utf8)])
        }
    }

    /// `nil` closes the connection without an answer.
    package typealias Script = @Sendable (Request) async -> Reply?

    private let channel: any Channel
    private let seen = Mutex<[Request]>([])
    private let open = Mutex<[ObjectIdentifier: any Channel]>([:])

    package var port: Int { channel.localAddress?.port ?? 0 }
    package var address: String { "http://127.0.0.1:\(port)" }
    /// What came in, in order.
    package var requests: [Request] { seen.withLock { $0 } }

    /// Closes every connection there is, in the midst of whatever goes on.
    package func cut() async {
        for channel in open.withLock({ Array($0.values) }) { try? await channel.close() }
    }

    private init(channel: any Channel) { self.channel = channel }

    /// A server that lives as long as the closure.
    ///
    /// - Parameter certificate: a file of PEM with the certificate and its key, for a server that speaks TLS.
    package static func with<Result: Sendable>(
        _ script: @escaping Script, certificate: String? = nil, _ body: (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let security = try certificate.map { file in
            try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: try NIOSSLCertificate.fromPEMFile(file).map { .certificate($0) },
                    privateKey: .privateKey(try NIOSSLPrivateKey(file: file, format: .pem))))
        }
        typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>
        let listening = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let security {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: security))
                    }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        let server = ScriptedServer(channel: listening.channel)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await withThrowingDiscardingTaskGroup { connections in
                    try await listening.executeThenClose { incoming in
                        for try await connection in incoming {
                            connections.addTask { try? await server.serve(connection, script) }
                        }
                    }
                }
            }
            defer { group.cancelAll() }
            return try await body(server)
        }
    }

    private func serve(
        _ connection: NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>, _ script: Script
    ) async throws {
        let id = ObjectIdentifier(connection.channel)
        open.withLock { $0[id] = connection.channel }
        defer { open.withLock { $0[id] = nil } }
        try await connection.executeThenClose { incoming, outgoing in
            var head: HTTPRequestHead?
            var body: [UInt8] = []
            for try await part in incoming {
                switch part {
                case .head(let begun):
                    head = begun
                    body = []
                case .body(let piece): body += Array(piece.readableBytesView)
                case .end:
                    guard let begun = head else { return }
                    let request = Request(
                        method: begun.method.rawValue, uri: begun.uri,
                        headers: begun.headers.map { ($0.name, $0.value) }, body: body)
                    seen.withLock { $0.append(request) }
                    guard let reply = await script(request) else { return }
                    guard try await send(reply, outgoing) else { return }
                }
            }
        }
    }

    /// False when the connection is to be closed.
    private func send(
        _ reply: Reply, _ outgoing: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws -> Bool {
        var headers = HTTPHeaders(reply.headers.map { ($0.name, $0.value) })
        headers.add(name: "transfer-encoding", value: "chunked")
        try await outgoing.write(
            .head(.init(version: .http1_1, status: .init(statusCode: reply.status), headers: headers)))
        for (index, piece) in reply.pieces.enumerated() {
            if index > 0 { try await Task.sleep(for: reply.pause) }
            try await outgoing.write(.body(.byteBuffer(ByteBuffer(bytes: piece))))
        }
        try await reply.stream? { try await outgoing.write(.body(.byteBuffer(ByteBuffer(bytes: $0)))) }
        switch reply.ending {
        case .complete:
            try await outgoing.write(.end(nil))
            return true
        case .cut: return false
        case .silence:
            try await Task.sleep(for: .seconds(3600))
            return false
        }
    }
}
