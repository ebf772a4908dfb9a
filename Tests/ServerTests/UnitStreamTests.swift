// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import AsyncHTTPClient
import Foundation
import Manifest
import Model
import NIOCore
import NIOHTTP1
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
}
