// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
package import NIOSSL
import Synchronization

/// A Git server over HTTP on the loopback: `git http-backend` behind a few lines of NIO, with faults on demand.
package final class GitHTTPServer: Sendable {
    /// What is done instead of serving.
    package enum Fault: Sendable {
        case status(Int, headers: [String: String] = [:], body: String = "")
        /// Some other file than one of Git.
        case content([UInt8])
        /// The request is never answered.
        case silence
        /// The answer begins, and after so many bytes nothing more comes.
        case stall(after: Int)
    }

    package struct Seen: Sendable {
        package var method: String
        package var path: String
        package var authorization: String?
        package var protocolVersion: String?
    }

    struct State {
        var faults: @Sendable (Seen) -> Fault? = { _ in nil }
        var requests: [Seen] = []
        /// `user:password`, when one is asked for.
        var password: String?
    }

    let root: URL
    let state = Mutex(State())
    private let channel: any Channel
    private let scheme: String

    /// - Parameters:
    ///   - root: the folder of the repositories.
    ///   - certificate: serves HTTPS.
    package static func start(
        root: URL, certificate: TLSConfiguration? = nil
    ) async throws -> GitHTTPServer {
        let context = try certificate.map { try NIOSSLContext(configuration: $0) }
        let holder = Holder()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(GitHTTPHandler(holder: holder))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = GitHTTPServer(root: root, channel: channel, scheme: context == nil ? "http" : "https")
        holder.server.withLock { $0 = server }
        return server
    }

    private init(root: URL, channel: any Channel, scheme: String) {
        self.root = root
        self.channel = channel
        self.scheme = scheme
    }

    package var port: Int { channel.localAddress?.port ?? 0 }
    package var origin: String { "\(scheme)://127.0.0.1:\(port)" }

    /// What came in, in order.
    package var requests: [Seen] { state.withLock { $0.requests } }
    package func forgetRequests() { state.withLock { $0.requests = [] } }

    /// Decides for each request whether it fails.
    package func fail(_ faults: @escaping @Sendable (Seen) -> Fault?) { state.withLock { $0.faults = faults } }
    package func work() { fail { _ in nil } }
    package func ask(for password: String?) { state.withLock { $0.password = password } }

    package func stop() async { try? await channel.close().get() }

    final class Holder: Sendable {
        let server = Mutex<GitHTTPServer?>(nil)
    }
}

/// Collects a request, then answers it from a thread that may block.
private final class GitHTTPHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let holder: GitHTTPServer.Holder
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(holder: GitHTTPServer.Holder) { self.holder = holder }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let piece): body.append(contentsOf: piece.readableBytesView)
        case .end:
            guard let head, let server = holder.server.withLock({ $0 }) else { return }
            let body = body
            let channel = context.channel
            NIOThreadPool.singleton.submit { _ in server.answer(head, body, on: channel) }
        }
    }
}

extension GitHTTPServer {
    fileprivate func answer(_ head: HTTPRequestHead, _ body: [UInt8], on channel: any Channel) {
        let seen = Seen(
            method: head.method.rawValue, path: head.uri, authorization: head.headers.first(name: "Authorization"),
            protocolVersion: head.headers.first(name: "Git-Protocol"))
        let (faults, password) = state.withLock { state in
            state.requests.append(seen)
            return (state.faults, state.password)
        }
        var limit: Int?
        switch faults(seen) {
        case .silence: return
        case .status(let code, let headers, let body):
            let fields = headers.map { ($0.key, $0.value) }
            return send(CGIAnswer(status: code, headers: fields, body: Array(body.utf8)), on: channel)
        case .content(let bytes): return send(CGIAnswer(status: 200, headers: [], body: bytes), on: channel)
        case .stall(let bytes): limit = bytes
        case nil: break
        }
        if let password, seen.authorization != "Basic " + Data(password.utf8).base64EncodedString() {
            let headers = [("WWW-Authenticate", "Basic realm=\"test\"")]
            return send(CGIAnswer(status: 401, headers: headers), on: channel)
        }
        do {
            send(try CGIAnswer.run(head, body, root: root), stallingAfter: limit, on: channel)
        } catch {
            send(CGIAnswer(status: 500, headers: []), on: channel)
        }
    }

    private func send(_ answer: CGIAnswer, stallingAfter limit: Int? = nil, on channel: any Channel) {
        var headers = HTTPHeaders(answer.headers.filter { $0.0.lowercased() != "status" })
        headers.replaceOrAdd(name: "Content-Length", value: String(answer.body.count))
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        let body = ByteBuffer(bytes: answer.body.prefix(limit ?? .max))
        channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(body)), promise: nil)
        if limit == nil { channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil) }
    }
}

/// What `git http-backend` answered (RFC 3875).
private struct CGIAnswer {
    var status = 200
    var headers: [(String, String)]
    var body: [UInt8] = []

    static func run(_ head: HTTPRequestHead, _ body: [UInt8], root: URL) throws -> CGIAnswer {
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var variables = GitFixture.environment
        variables["GIT_PROJECT_ROOT"] = root.path
        variables["GIT_HTTP_EXPORT_ALL"] = "1"
        variables["PATH_INFO"] = String(parts.first ?? "/")
        variables["QUERY_STRING"] = parts.count > 1 ? String(parts[1]) : ""
        variables["REQUEST_METHOD"] = head.method.rawValue
        variables["CONTENT_TYPE"] = head.headers.first(name: "Content-Type")
        variables["CONTENT_LENGTH"] = String(body.count)
        variables["HTTP_CONTENT_ENCODING"] = head.headers.first(name: "Content-Encoding")
        variables["GIT_PROTOCOL"] = head.headers.first(name: "Git-Protocol")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/lib/git-core/git-http-backend")
        process.environment = variables
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(body))
        try input.fileHandleForWriting.close()
        let bytes = Array(try output.fileHandleForReading.readToEnd() ?? Data())
        process.waitUntilExit()
        return parse(bytes)
    }

    private static func parse(_ bytes: [UInt8]) -> CGIAnswer {
        var answer = CGIAnswer(headers: [])
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0A) {
            let line = String(decoding: rest[..<end], as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            rest = rest[(end + 1)...]
            if line.isEmpty { break }
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            answer.headers.append((String(line[..<colon]), value))
            if line.lowercased().hasPrefix("status:") { answer.status = Int(value.prefix(3)) ?? 500 }
        }
        answer.body = Array(rest)
        return answer
    }
}
