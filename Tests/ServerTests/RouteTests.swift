// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import AsyncHTTPClient
import Manifest
import Model
import NIOCore
import NIOHTTP1
import Server
import TestSupport
import Testing

@Suite struct RouteTests {
    @Test func `every reading operation answers through the socket as it does in process`() async throws {
        let unit = Sample.unit("web", "prod")
        let twin = MemoryOperations(
            fleet: Sample.fleet, plans: [Sample.plan],
            drift: [DriftReport(unit: unit, version: Sample.version("a"), items: [.init(object: Sample.file("/x"))])],
            rendered: [
                RenderedUnit(
                    unit: unit, version: Sample.version("a"), renderDigest: Sample.digest(1),
                    items: [.init(object: Sample.file("/x"), wave: 2, origin: "a.yaml:1", manifest: ["a": [1, .null]])])
            ],
            history: [
                unit: [
                    HistoryEntry(
                        version: Sample.version("a"), renderDigest: Sample.digest(1), cause: .commit,
                        actor: .trimtab, started: Sample.now, ended: Sample.now, result: .succeeded)
                ]
            ],
            verification: Verification(
                events: 3, head: Sample.digest(4),
                findings: [.init(kind: "altered", sequence: 2, reason: "is not as written")]))
        await twin.append(.paused, unit: unit, payload: ["reason": "a\nb"], summary: "paused")
        try await withServer(twin) { socket in
            try await HTTPOperations.with(.unixSocket(Text(socket))) { remote in
                let filter = UnitFilter(unit)
                #expect(try await remote.status(of: filter) == twin.status(of: filter))
                #expect(try await remote.plan(filter, revision: "a b&c=d%") == twin.plan(filter, revision: nil))
                #expect(try await remote.diff(.all) == twin.diff(.all))
                #expect(try await remote.render(unit, revision: nil) == twin.render(unit, revision: nil))
                #expect(try await remote.history(of: unit, limit: 5) == twin.history(of: unit, limit: 5))
                #expect(try await remote.commits(of: unit, limit: 1) == twin.commits(of: unit, limit: 1))
                let events = EventFilter(units: filter, kinds: [.paused], limit: 10)
                #expect(try await remote.events(events) == twin.events(events))
                let checkpoint = try await twin.checkpoint()
                #expect(try await remote.checkpoint() == checkpoint)
                #expect(try await remote.verify(against: checkpoint) == twin.verify(against: checkpoint))
            }
        }
    }

    @Test func `an act carries the name of the user at the other end of the socket`() async throws {
        var fleet = Sample.fleet
        fleet.units[1].sync = .syncing
        let running = fleet.units[1].unit
        let twin = MemoryOperations(fleet: fleet, history: [running: Sample.history])
        try await withServer(twin) { socket in
            try await HTTPOperations.with(.unixSocket(Text(socket))) { remote in
                let impostor = Actor("user:somebody-else")
                let units = UnitFilter(Sample.unit("web", "dev"))
                let digest = Sample.digest(9)
                _ = try await remote.pause(units, until: Sample.now, reason: "r", actor: impostor)
                _ = try await remote.resume(units, reason: "r", actor: impostor)
                _ = try await remote.sync(units, reason: "r", actor: impostor)
                _ = try await remote.cancel(UnitFilter(running), reason: "r", actor: impostor)
                _ = try await remote.markBad(running, content: digest, reason: "r", actor: impostor)
                _ = try await remote.undoRollback(running, reason: "r", actor: impostor)
                _ = try await remote.refresh([], reason: "r", actor: impostor)
                _ = try await remote.confirm(
                    Sample.unit("postgres", "prod"), plan: digest, reason: "r", actor: impostor)
            }
        }
        let acts = await twin.acts
        #expect(
            acts.map(\.event.kind) == [
                .paused, .resumed, .syncEnded, .cancelled, .markedBad, .badLifted, .commitSeen, .confirmed,
            ])
        #expect(acts.allSatisfy { $0.event.actor == UserName.current })
    }

    @Test func `an error keeps its code, advice and problems`() async throws {
        let failure = APIError(
            .blocked, "acme/web@prod: waits\nfor a person", advice: "confirm it",
            problems: [Problem(file: "fleet.yaml", line: 3, column: 1, reason: "is wrong")])
        let twin = MemoryOperations(fleet: Sample.fleet)
        await twin.fail(with: failure)
        try await withServer(twin) { socket in
            try await HTTPOperations.with(.unixSocket(Text(socket))) { remote in
                _ = await #expect(throws: failure) { try await remote.status(of: .all) }
            }
        }
    }

    @Test func `a user whom the socket does not admit is refused`() async throws {
        let twin = MemoryOperations(fleet: Sample.fleet)
        try await withServer(twin, access: SocketAccess { _ in false }) { socket in
            try await HTTPOperations.with(.unixSocket(Text(socket))) { remote in
                let error = await #expect(throws: APIError.self) {
                    try await remote.sync(.all, reason: "", actor: .trimtab)
                }
                #expect(error?.code == .forbidden)
            }
        }
        #expect(await twin.acts.isEmpty)
    }

    @Test(arguments: [
        ("/v1/nothing", 404), ("/v1/history?unit=web", 400), ("/v1/history", 400), ("/v1/status?unit=%ff", 400),
        ("/v1/events?limit=100000", 400), ("/v1/sync", 400), ("/healthz", 200), ("/metrics", 200),
    ])
    func `a request that is wrong gets its status`(path: String, status: Int) async throws {
        try await withServer { socket in
            let answer = try await get(socket, path)
            #expect(answer.status == status)
        }
    }

    @Test func `an engine that is not ready says why`() async throws {
        try await withServer(reasonsNotReady: ["the fleet was never read\u{1B}[2J"]) { socket in
            let answer = try await get(socket, "/readyz")
            #expect(answer.status == 503)
            #expect(answer.body == "the fleet was never read\\x1b[2J\n")
        }
    }

    @Test func `a body over the limit is refused`() async throws {
        try await withServer { socket in
            var request = HTTPClientRequest(url: Endpoint.unixSocket(Text(socket)).url(path: "/v1/sync", query: ""))
            request.method = .POST
            request.body = .bytes([UInt8](repeating: UInt8(ascii: " "), count: (1 << 20) + 1))
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
            #expect(response.status.code == 413)
        }
    }
}

private func get(_ socket: String, _ path: String) async throws -> (status: Int, body: String) {
    let parts = path.split(separator: "?", maxSplits: 1)
    let url = Endpoint.unixSocket(Text(socket)).url(path: Text(String(parts[0])), query: parts.dropFirst().joined())
    let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(20))
    return (Int(response.status.code), String(buffer: try await response.body.collect(upTo: 1 << 20)))
}
