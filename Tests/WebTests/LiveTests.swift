// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import TestSupport
import Testing
import Web

@Suite struct LiveTests {
    private let web = Sample.unit("web", "prod")
    private let database = Sample.unit("postgres", "prod")
    private let pages = Pages(clock: { Sample.now })

    private func open(
        _ engine: MemoryOperations, query: Value = .object(Object()), after: UInt64? = nil
    ) async throws -> PageAnswer.News {
        let answer = await pages.get(.live, of: engine, query: query, after: after)
        #expect(answer.type == "text/event-stream")
        return try #require(answer.news)
    }

    private func page(_ kinds: [(EventKind, UnitID?)]) -> EventPage {
        let events = kinds.enumerated().map { index, each in
            EventView(
                event: Event(
                    id: EventID(writer: "x", incarnation: 1, sequence: UInt64(index + 1)), time: Sample.now,
                    draft: EventDraft(kind: each.0, unit: each.1, payload: [:])), summary: "")
        }
        return EventPage(events: events, next: UInt64(events.count))
    }

    @Test func `a frame names each unit once, with what came last of it`() throws {
        let frame = try #require(
            LiveFrame(page([(.drifted, web), (.paused, database), (.healed, web), (.fleetRead, nil)])))
        #expect(frame.units == [database, web])
        #expect(frame.words == "postgres on prod: paused, web on prod: healed")
        #expect(
            String(decoding: frame.bytes, as: UTF8.self)
                == "id: 4\nevent: change\ndata: {\"units\":[\"acme/postgres@prod\",\"acme/web@prod\"],"
                + "\"words\":\"postgres on prod: paused, web on prod: healed\"}\n\n")
    }

    @Test func `a thousand changes of one unit are one line`() throws {
        let frame = try #require(LiveFrame(page(Array(repeating: (.drifted, web), count: 1000))))
        #expect(frame.bytes.count < 200)
    }

    @Test func `a frame stays small however many units changed`() throws {
        let all = Fleet50k.units(applications: 500, targets: 2).map { (EventKind.drifted, UnitID?.some($0.unit)) }
        let frame = try #require(LiveFrame(page(all)))
        #expect(frame.bytes.count < 10_000 && frame.words == "1,000 units changed")
    }

    @Test func `a stream tells what comes from now on, and goes on where it broke`() async throws {
        let engine = Sample.engine
        await engine.append(.paused, unit: web)
        let stream = try await open(engine)
        #expect(stream.start == 1)
        #expect(try await stream.next(engine, 1) == ([], 1))
        #expect(String(decoding: stream.alive(1), as: UTF8.self) == "id: 1\n: alive\n\n")
        await engine.append(.resumed, unit: web)
        await engine.append(.drifted, unit: web)
        let frame = try await stream.next(engine, 1)
        #expect(String(decoding: frame.bytes, as: UTF8.self).hasPrefix("id: 3\nevent: change\n") && frame.next == 3)
        let again = try await open(engine, after: 2)
        #expect(again.isOfAll)
        #expect(String(decoding: try await again.next(engine, again.start).bytes, as: UTF8.self).contains("drifted"))
    }

    @Test func `a stream of one unit tells of that alone`() async throws {
        let engine = Sample.engine
        let stream = try await open(engine, query: ["unit": "acme/web@prod"])
        await engine.append(.paused, unit: database)
        await engine.append(.drifted, unit: web)
        #expect(!stream.isOfAll)
        let frame = String(decoding: try await stream.next(engine, stream.start).bytes, as: UTF8.self)
        #expect(frame.contains("web") && !frame.contains("postgres"))
    }
}
