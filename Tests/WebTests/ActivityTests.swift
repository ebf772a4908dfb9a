// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import TestSupport
import Testing
import Web

@Suite struct ActivityTests {
    private let web = Sample.unit("web", "prod")
    private let database = Sample.unit("postgres", "prod")

    private func engine(_ count: Int) async -> MemoryOperations {
        let engine = Sample.engine
        for index in 1...count {
            let isOdd = index % 2 == 1
            await engine.append(
                isOdd ? .drifted : .healed, unit: isOdd ? web : database, actor: Actor(isOdd ? "user:ada" : "trimtab"),
                payload: [:], summary: Text("event number \(index)"))
        }
        return engine
    }

    private func sequences(_ found: ActivityFound) -> [UInt64] { found.events.map(\.event.id.sequence) }

    private func query(_ change: (inout ActivityQuery) -> Void) -> ActivityQuery {
        var query = ActivityQuery()
        change(&query)
        return query
    }

    @Test func `the newest come first, and older pages hold the rest, each event once`() async throws {
        let twin = await engine(250)
        var seen: [UInt64] = []
        var query = ActivityQuery()
        repeat {
            let found = try await ActivitySearch(query).look(twin)
            seen += sequences(found)
            query.before = found.before
        } while query.before != nil
        #expect(seen == (1...250).reversed().map { UInt64($0) })
    }

    private func count(_ twin: MemoryOperations, _ change: (inout ActivityQuery) -> Void) async throws -> Int {
        let search = ActivitySearch(query(change))
        let found = try await search.look(twin)
        return found.events.count
    }

    @Test func `a plan shows what fields were and what they were to be`() async throws {
        let twin = Sample.engine
        let field = FieldDifference(path: ["spec", "replicas"], old: 1, new: 2)
        let draft = RecordedValues(objects: [Sample.file("/a"): [.init(field)]], cut: 3).beside(
            EventDraft(kind: .planned, payload: ["plan": "x"]))
        await twin.append(.planned, unit: web, payload: draft.payload, summary: "1 to update")
        let page = await Pages(clock: { Sample.now }).get(.activity, of: twin).text
        #expect(page.contains("Before and after") && page.contains("<del>1</del><ins>2</ins>"))
        #expect(page.contains("spec.replicas") && page.contains("Not all of it"))
        let unit = await Pages(clock: { Sample.now }).get(.unit(web), of: twin).text
        #expect(unit.contains("<del>1</del><ins>2</ins>"))
    }

    @Test func `what is asked for is found, by any of its fields`() async throws {
        let twin = await engine(40)
        #expect(try await count(twin) { $0.words = ["NUMBER", "7"] } == 4)
        #expect(try await count(twin) { $0.words = ["healed"] } == 20)
        #expect(try await count(twin) { $0.unit = UnitPattern(application: nil, target: web.target) } == 40)
        #expect(try await count(twin) { $0.unit = UnitPattern(web) } == 20)
        #expect(try await count(twin) { $0.group = .drift } == 40)
        #expect(try await count(twin) { $0.group = .people } == 0)
        #expect(try await count(twin) { $0.kind = .healed } == 20)
        #expect(try await count(twin) { $0.actor = Actor("user:ada") } == 20)
        #expect(try await count(twin) { $0.before = 11 } == 10)
        #expect(try await count(twin) { $0.since = Sample.now.advanced(by: .seconds(1)) } == 0)
    }

    @Test func `a search that finds little ends, and says where`() async throws {
        let twin = await engine(2500)
        let search = ActivitySearch(query { $0.words = ["number 2"] }, budget: 2000)
        #expect(try await search.look(twin).events.count == 100)
        let rest = ActivitySearch(query { $0.words = ["no", "such"] }, budget: 2000)
        let found = try await rest.look(twin)
        #expect(found.events.isEmpty && found.stoppedAt != nil && found.before == 501)
    }

    @Test func `an export holds all that matches, oldest first, a line each`() async throws {
        let twin = await engine(2500)
        let pages = Pages(clock: { Sample.now })
        let answer = await pages.get(.export, of: twin, query: ["actor": "user:ada"])
        let pieces = try #require(answer.pieces)
        var (bytes, place): ([UInt8], UInt64?) = ([], pieces.start)
        while let start = place {
            let piece = try await pieces.next(start)
            bytes += piece.bytes
            place = piece.next
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        #expect(lines.count == 1250)
        let first = try EventView(wire: JSON.read(Array(lines[0])))
        #expect(first.event.id.sequence == 1 && first.summary == "event number 1")
        #expect(answer.type == "application/jsonl")
    }

    @Test func `an address says all of a query, and reads back as it was`() throws {
        let asked = query {
            $0.words = ["a&b", "c"]
            $0.unit = UnitPattern(web)
            $0.group = .drift
            $0.kind = .healed
            $0.actor = Actor("user:ada <ada@example.org>")
            $0.since = Sample.now
            $0.before = 17
        }
        let page = ActivityPage(asked, ActivityFound(events: [], before: 17), checkpoint: nil, now: Sample.now)
        let html = try StrictHTML(page.content.main.bytes)
        let older = try #require(html.elements.last { $0.attributes.contains { $0.value == "next" } })
        let link = try #require(older.attributes.first { $0.name == "href" }).value.replacing("&amp;", with: "&")
        let read = try #require(Query.read(link.utf8.drop { $0 != UInt8(ascii: "?") }.dropFirst()))
        #expect(ActivityQuery(read) == asked)
    }

    @Test(arguments: [
        ("2026-11-23", "2026-11-23T00:00:00.000Z"), ("2026-11-23T09:30", "2026-11-23T09:30:00.000Z"),
        ("2026-11-23T09:30:15", "2026-11-23T09:30:15.000Z"), ("2026-11-23T09:30:15+02:00", "2026-11-23T07:30:15.000Z"),
    ])
    func `times are read as people write them`(text: String, time: String) {
        #expect(ActivityQuery(["since": .string(Text(text))]).since?.description == time)
    }

    @Test func `what is not understood is named`() {
        let query = ActivityQuery(["since": "yesterday", "unit": "WEB@@"])
        #expect(query.since == nil && query.unit == nil)
        #expect(query.mistakes == ["since": "yesterday", "unit": "WEB@@"])
    }
}
