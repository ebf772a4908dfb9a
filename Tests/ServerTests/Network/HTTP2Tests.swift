// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import Server
import Synchronization
import TestSupport
import Testing

/// What a client of HTTP/2 cannot do: the classes of attack that its servers fell to, one by one.
@Suite(.timeLimit(.minutes(2))) struct HTTP2Tests {
    private typealias Frame = FrameConnection.Frame

    private func site(
        limits: APIServer.Limits = APIServer.Limits(), _ body: @escaping @Sendable (NetworkSite) async throws -> Void
    ) async throws {
        try await withScratchFolder { folder in
            let files = try await makeCertificate("one", in: folder)
            try await withNetworkSite(files: files, limits: limits, body)
        }
    }

    /// Of minutes, what a test can wait for.
    private var hasty: APIServer.Limits {
        var limits = APIServer.Limits()
        (limits.idle, limits.farewell) = (.milliseconds(300), .milliseconds(300))
        return limits
    }

    private func ask(_ site: NetworkSite, _ frames: [Frame]) async throws -> FrameConnection.Exchange {
        try await FrameConnection.exchange(site.port, frames) { exchange in
            exchange.frames.contains { $0.stream == 1 && $0.flags & Frame.endStream != 0 || $0.kind == Frame.reset }
        }
    }

    @Test func `a request that is in order is answered`() async throws {
        try await site { site in
            let answer = try await ask(site, [FrameConnection.head()])
            #expect(answer.accepted == 1 && answer.body == "ok\n")
            // In as many pieces as a head may have.
            let all = FrameConnection.head().payload
            let head = Frame(kind: Frame.headers, flags: Frame.endStream, stream: 1, payload: Array(all.prefix(10)))
            let rest = FrameConnection.frame(
                Frame.continuation, Array(all.dropFirst(10)), flags: Frame.endHeaders, stream: 1)
            #expect(try await ask(site, [head, rest]).accepted == 1)
        }
    }

    @Test func `headers beyond a size, and beyond a number, are not taken`() async throws {
        try await site { site in
            let large = FrameConnection.head("/healthz", [("x", String(repeating: "y", count: 16_290))])
            let many = FrameConnection.head("/healthz", Array(repeating: ("x", ""), count: 600))
            let path = FrameConnection.head("/healthz?" + String(repeating: "y", count: 16_290))
            for head in [large, many, path] {
                let answer = try await ask(site, [head])
                #expect(answer.accepted == 0 && (answer.isClosed || !answer.resets.isEmpty))
            }
        }
    }

    @Test func `a name that is told once and used ten thousand times is not taken`() async throws {
        try await site { site in
            // Kept in the dynamic table (0x40), then a byte for each use (0xBE): some bytes of frame, megabytes of head.
            let bomb: [UInt8] =
                FrameConnection.head().payload + [0x40, 1, UInt8(ascii: "x"), 100]
                + [UInt8](repeating: UInt8(ascii: "y"), count: 100) + [UInt8](repeating: 0xBE, count: 10_000)
            let flags = Frame.endStream | Frame.endHeaders
            let answer = try await ask(site, [FrameConnection.frame(Frame.headers, bomb, flags: flags, stream: 1)])
            #expect(answer.accepted == 0 && (answer.isClosed || !answer.resets.isEmpty))
        }
    }

    @Test func `a head that goes on and on is cut off`() async throws {
        try await site { site in
            let head = FrameConnection.head(flags: Frame.endStream)
            let more = FrameConnection.frame(Frame.continuation, FrameConnection.block([("x", "y")]), stream: 1)
            let answer = try await FrameConnection.exchange(site.port, [head] + Array(repeating: more, count: 200))
            #expect(answer.isClosed && answer.accepted == 0)
        }
    }

    @Test func `a head that is never whole ends the connection`() async throws {
        try await site(limits: hasty) { site in
            let head = FrameConnection.head(flags: Frame.endStream)
            for isPolite in [true, false] {
                let answer = try await FrameConnection.exchange(site.port, [head], isPolite: isPolite)
                #expect(answer.isClosed && answer.accepted == 0)
            }
        }
    }

    @Test func `a connection without requests ends, whether its client says goodbye or not`() async throws {
        try await site(limits: hasty) { site in
            for isPolite in [true, false] {
                for frames in [[], [FrameConnection.head()], [FrameConnection.frame(Frame.ping, Array(0..<8))]] {
                    let answer = try await FrameConnection.exchange(site.port, frames, isPolite: isPolite)
                    #expect(answer.isClosed && answer.farewells.first == 0)
                }
            }
        }
    }

    @Test func `a connection on which a request is open stays`() async throws {
        try await site(limits: hasty) { site in
            let token = try await site.token("ci", [.read])
            let head = FrameConnection.head("/v1/events/stream", [("authorization", "Bearer \(token)")])
            // A heartbeat every 20 ms: twice as long as the connection would have without it.
            let answer = try await FrameConnection.exchange(site.port, [head]) { exchange in
                exchange.frames.count { $0.kind == Frame.data } > 60
            }
            #expect(!answer.isClosed && answer.accepted == 1)
        }
    }

    @Test func `pings and settings without end are answered with the end`() async throws {
        try await site { site in
            for frame in [
                FrameConnection.frame(Frame.ping, Array(0..<8)), FrameConnection.frame(Frame.settings, []),
                FrameConnection.frame(Frame.settings, [0, 4, 0, 0, 255, 255]),
            ] {
                let answer = try await FrameConnection.exchange(site.port, Array(repeating: frame, count: 2000))
                #expect(answer.isClosed, "\(frame)")
                #expect(answer.frames.count < 1500, "\(frame)")
            }
        }
    }

    @Test func `one connection has a hundred streams at once, and no more`() async throws {
        try await site { site in
            let token = try await site.token("ci", [.read])
            /// Questions that wait for an event.
            func questions(after event: Int) -> [Frame] {
                stride(from: UInt32(1), to: 301, by: 2).map { stream in
                    FrameConnection.head(
                        "/v1/events?after=\(event)&waitMilliseconds=30000", [("authorization", "Bearer \(token)")],
                        stream: stream)
                }
            }
            let hundred = Array(questions(after: 0).prefix(100))
            async let all = FrameConnection.exchange(site.port, hundred) { $0.accepted == 100 }
            while await site.twin.waiters < 100 { try await Task.sleep(for: .milliseconds(10)) }
            await site.twin.append(.fleetRead)
            #expect(try await all.accepted == 100)
            // Whether the server's settings are acknowledged, from when on they count by the book, or not.
            for known in [[FrameConnection.frame(Frame.settings, [], flags: 1)], []] {
                let more = try await FrameConnection.exchange(site.port, known + questions(after: 1)) {
                    !$0.resets.isEmpty
                }
                #expect(more.isClosed || !more.resets.isEmpty)
                #expect(more.accepted == 0, "they wait")
            }
        }
    }

    @Test func `streams that are opened and reset again and again end the connection`() async throws {
        try await site { site in
            var frames: [Frame] = []
            for stream in stride(from: UInt32(1), to: 2001, by: 2) {
                frames.append(FrameConnection.head("/v1/status", stream: stream))
                frames.append(FrameConnection.frame(Frame.reset, [0, 0, 0, 8], stream: stream))
            }
            let answer = try await FrameConnection.exchange(site.port, frames)
            #expect(answer.isClosed)
            #expect(answer.frames.count { $0.kind == Frame.headers } < 400)
        }
    }

    private static let smuggled: [[(String, String)]] = [
        [("content-length", "5")], [("content-length", "0"), ("content-length", "2")], [("content-length", "-1")],
        [("content-length", "2x")], [("transfer-encoding", "chunked")], [("connection", "close")],
        [("keep-alive", "timeout=5")], [("upgrade", "h2c")], [("te", "chunked")], [("X-Upper", "a")], [(":path", "/b")],
        [(":authority", "other")], [(":status", "200")], [("x", "a\r\nb: c")], [("x", "a\u{0}b")], [("x y", "a")],
    ]

    @Test(arguments: smuggled) func `what HTTP/1 would take for another request is no request`(
        fields: [(String, String)]
    ) async throws {
        try await site { site in
            let token = try await site.token("ci", [.read, .sync])
            let always = [("authorization", "Bearer \(token)"), ("content-type", "application/json")]
            let head = FrameConnection.head("/v1/refresh", always + fields, method: "POST", flags: Frame.endHeaders)
            let body = FrameConnection.frame(Frame.data, Array("{}".utf8), flags: Frame.endStream, stream: 1)
            let answer = try await ask(site, [head, body])
            #expect(answer.accepted == 0, "\(fields) \(answer.body)")
            #expect(await site.twin.acts.isEmpty, "\(fields)")
        }
    }

    @Test func `the same act in order is done`() async throws {
        try await site { site in
            let token = try await site.token("ci", [.read, .sync])
            let fields = [
                ("authorization", "Bearer \(token)"), ("content-type", "application/json"), ("content-length", "2"),
            ]
            let head = FrameConnection.head("/v1/refresh", fields, method: "POST", flags: Frame.endHeaders)
            let body = FrameConnection.frame(Frame.data, Array("{}".utf8), flags: Frame.endStream, stream: 1)
            #expect(try await ask(site, [head, body]).accepted == 1)
        }
    }

    @Test func `a host beside another authority is refused`() async throws {
        try await site { site in
            let two = try await ask(site, [FrameConnection.head("/healthz", [("host", "other")])])
            #expect(two.accepted == 0 && two.body.contains("more than one host"), "\(two.body)")
            let same = try await ask(site, [FrameConnection.head("/healthz", [("host", "localhost")])])
            #expect(same.accepted == 1)
        }
    }

    @Test func `a server that stops ends the streams of a connection in order`() async throws {
        let (ports, tell) = AsyncStream<(Int, String)>.makeStream()
        let (answers, isOpen) = AsyncStream<Void>.makeStream()
        async let exchange: FrameConnection.Exchange? = {
            for await (port, token) in ports {
                let head = FrameConnection.head("/v1/events/stream", [("authorization", "Bearer \(token)")])
                return try await FrameConnection.exchange(port, [head]) { exchange in
                    if exchange.accepted == 1 { isOpen.yield() }
                    return false
                }
            }
            return nil
        }()
        try await site { site in
            tell.yield((site.port, try await site.token("ci", [.read])))
            tell.finish()
            for await _ in answers { break }
        }
        let seen = try #require(try await exchange)
        #expect(seen.isClosed && seen.farewells.allSatisfy { $0 == 0 } && !seen.farewells.isEmpty)
        #expect(seen.resets.isEmpty)
    }
}
