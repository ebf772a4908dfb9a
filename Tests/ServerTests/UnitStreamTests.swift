// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import AsyncHTTPClient
import Foundation
import Manifest
import Model
import NIOCore
import NIOHTTP1
import NIOPosix
import Server
import TestSupport
import Testing

@Suite struct UnitStreamTests {
    private struct Frame: Sendable {
        var id: UInt64?
        var name = ""
        var data: Value = .null
    }

    /// The first frames of a stream, heartbeats left out, up to the one that is the last to be read.
    private func frames(
        _ socket: String, query: String = "", last: String? = nil, until id: UInt64? = nil,
        after first: (@Sendable () async -> Void)? = nil
    ) async throws -> [Frame] {
        var request = HTTPClientRequest(
            url: Endpoint.unixSocket(Text(socket)).url(path: "/v1/units/stream", query: query))
        if let last { request.headers.add(name: "last-event-id", value: last) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        #expect(response.headers.first(name: "content-type") == "text/event-stream")
        var (frames, rest): ([Frame], String) = ([], "")
        for try await part in response.body {
            rest += String(buffer: part)
            while let end = rest.range(of: "\n\n") {
                let text = String(rest[..<end.lowerBound])
                rest = String(rest[end.upperBound...])
                if text == ":" { continue }
                let frame = try frame(text)
                frames.append(frame)
                if frames.count == 1, let first { await first() }
                if id == nil || frame.id == id { return frames }
            }
        }
        return frames
    }

    private func frame(_ text: String) throws -> Frame {
        var frame = Frame()
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.drop { $0 == " " } }
            switch parts.first {
            case "id": frame.id = parts.last.flatMap { UInt64($0) }
            case "event": frame.name = parts.last.map(String.init) ?? ""
            case "data": frame.data = try JSON.read(Array((parts.last ?? "").utf8))
            default: break
            }
        }
        return frame
    }

    private func names(_ frame: Frame?) -> [String] {
        (frame?.data["units"]?.arrayValue ?? []).compactMap { $0["unit"]?.stringValue?.string }.sorted()
    }

    @Test func `a frame holds the newest state of what something happened to`() async throws {
        let twin = MemoryOperations(fleet: Sample.fleet)
        try await withServer(twin) { socket in
            let frames = try await frames(socket, until: 1) {
                await twin.append(.paused, unit: Sample.unit("web", "prod"))
            }
            #expect(frames.map(\.name) == ["start", "units"])
            #expect(names(frames.last) == ["acme/web@prod"])
            #expect(frames.last?.data["units"]?.arrayValue?.first?["sync"] == "Drifted")
        }
    }

    @Test func `many events of one unit are few frames`() async throws {
        let twin = MemoryOperations(fleet: Sample.fleet)
        try await withServer(twin) { socket in
            let frames = try await frames(socket, until: 500) {
                for _ in 0..<500 { await twin.append(.paused, unit: Sample.unit("web", "prod")) }
            }
            #expect(frames.dropFirst().allSatisfy { names($0) == ["acme/web@prod"] })
            #expect(frames.count < 50)
        }
    }

    @Test func `a reader goes on where it was, and only with its view`() async throws {
        let twin = MemoryOperations(fleet: Sample.fleet)
        for name in ["dev", "prod"] { await twin.append(.paused, unit: Sample.unit("web", Text(name))) }
        await twin.append(.paused, unit: Sample.unit("postgres", "prod"))
        try await withServer(twin) { socket in
            let behind = try await frames(socket, query: "after=1")
            #expect(names(behind.first) == ["acme/postgres@prod", "acme/web@prod"])
            // What the browser says counts, not what the page said when it was made.
            let resumed = try await frames(socket, query: "after=0", last: "2")
            #expect(names(resumed.first) == ["acme/postgres@prod"])
            let narrow = try await frames(socket, query: "after=0&unit=web")
            #expect(names(narrow.first) == ["acme/web@dev", "acme/web@prod"])
        }
    }

    @Test func `what is gone is said to be, and who is too far behind begins anew`() async throws {
        let twin = MemoryOperations(fleet: Sample.fleet)
        await twin.append(.unitRemoved, unit: Sample.unit("old", "prod"))
        try await withServer(twin) { socket in
            let gone = try await frames(socket, query: "after=0")
            #expect(gone.first?.data["gone"] == ["acme/old@prod"])
            for _ in 0..<1000 { await twin.append(.paused, unit: Sample.unit("web", "prod")) }
            let far = try await frames(socket, query: "after=0")
            #expect(far.first?.name == "reset" && far.first?.id == 1001)
        }
    }

    /// Open connections are what a server runs out of.
    @Test func `a client that sends no more is let go, with nothing to tell it`() async throws {
        try await withServer { socket in
            let client = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .channelOption(.allowRemoteHalfClosure, value: true)
                .connect(unixDomainSocketPath: socket) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                            wrappingChannelSynchronously: channel,
                            configuration: .init(isOutboundHalfClosureEnabled: true))
                    }
                }
            try await client.executeThenClose { inbound, outbound in
                try await outbound.write(
                    ByteBuffer(string: "GET /v1/units/stream HTTP/1.1\r\nhost: localhost\r\n\r\n"))
                var (parts, text) = (inbound.makeAsyncIterator(), "")
                while !text.contains("event: start"), let part = try await parts.next() { text += String(buffer: part) }
                #expect(text.contains("event: start"))
                outbound.finish()
                // The heartbeat is fifteen seconds, and a stream ends never.
                while try await parts.next() != nil {}
            }
        }
    }
}
