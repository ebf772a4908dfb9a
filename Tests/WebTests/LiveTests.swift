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
        #expect(stream.start == NewsPlace(sequence: 1))
        let silence = try await stream.next(engine, stream.start)
        #expect(silence.bytes.isEmpty && silence.next == stream.start)
        #expect(String(decoding: stream.alive(1), as: UTF8.self) == "id: 1\n: alive\n\n")
        await engine.append(.resumed, unit: web)
        await engine.append(.drifted, unit: web)
        let frame = try await stream.next(engine, stream.start)
        #expect(String(decoding: frame.bytes, as: UTF8.self).hasPrefix("id: 3\nevent: change\n"))
        #expect(frame.next == NewsPlace(sequence: 3))
        let again = try await open(engine, after: 2)
        #expect(again.isOfAll)
        #expect(String(decoding: try await again.next(engine, again.start).bytes, as: UTF8.self).contains("drifted"))
    }

    @Test func `a page says where its news begin, and a place that is not reached is none`() async throws {
        let engine = Sample.engine
        await engine.append(.paused, unit: web)
        for route in [PageRoute.overview, .unit(web), .activity] {
            let page = await pages.get(route, of: engine).text
            #expect(page.contains("after=1") && page.contains("mark=0"), "\(route)")
        }
        #expect(await !pages.get(.overview, of: engine, part: true).text.contains("after="))
        await engine.append(.drifted, unit: web)
        let stream = try await open(engine, query: ["after": "1", "mark": "0"])
        #expect(stream.start == NewsPlace(sequence: 1))
        #expect(String(decoding: try await stream.next(engine, stream.start).bytes, as: UTF8.self).contains("drifted"))
        let again = try await open(engine, query: ["after": "1"], after: 2)
        #expect(again.start.sequence == 2, "where it broke counts")
        #expect(try await open(engine, after: 99).start.sequence == 2, "of another journal")
    }

    @Test func `a stream tells of what happens without an event`() async throws {
        let engine = Sample.engine
        let stream = try await open(engine, query: ["unit": "acme/web@prod"])
        await engine.stir(web, to: .paused)
        let frame = try await stream.next(engine, stream.start)
        #expect(String(decoding: frame.bytes, as: UTF8.self).contains("web on prod: changed"))
        #expect(frame.next == NewsPlace(sequence: 0, mark: 1))
        // A page that was made before says so.
        let late = try await open(engine, query: ["after": "0", "mark": "0"])
        let told = try await late.next(engine, late.start).bytes
        #expect(String(decoding: told, as: UTF8.self).contains("web on prod: changed"))
    }

    @Test func `what happens without an event is told, too`() throws {
        let silent = EventPage(events: [], next: 7)
        #expect(LiveFrame(silent, UnitStirs(mark: 3)) == nil)
        let frame = try #require(LiveFrame(silent, UnitStirs(units: [web], mark: 4)))
        #expect(frame.units == [web] && frame.words == "web on prod: changed" && frame.sequence == 7)
        #expect(LiveFrame(silent, UnitStirs(units: nil, mark: 9))?.words == "Units changed")
        let both = try #require(LiveFrame(page([(.drifted, web)]), UnitStirs(units: [web, database], mark: 4)))
        #expect(both.words == "postgres on prod: changed, web on prod: drifted")
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
