// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import NIOCore
import TestSupport
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(2))) struct UnitFeedTests {
    private let unit = Sample.unit("web", "prod")

    private func withFeed(
        _ twin: MemoryOperations, _ body: @escaping @Sendable (UnitFeed) async throws -> Void
    ) async throws {
        let feed = UnitFeed(of: twin, heartbeat: .milliseconds(200))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await feed.run() }
            group.addTask { try await body(feed) }
            // The feed does not end by itself.
            try await group.next()
            group.cancelAll()
        }
    }

    /// Follows until the batches reach an event, and gives the units that they told of.
    private static func follow(_ feed: UnitFeed, from start: UInt64, to end: UInt64) async -> [UnitID] {
        var (position, told): (UInt64, [UnitID]) = (start, [])
        for await _ in await feed.watch(for: .states).strokes {
            guard case .batches(let batches, let reached) = await feed.news(after: position) else { continue }
            told += batches.flatMap { $0.changes.map(\.unit) }
            position = reached
            if position >= end { return told }
        }
        return told
    }

    @Test(arguments: [0, 1, UnitBatch.longestPiece, UnitBatch.longestPiece + 1, 100_000])
    func `a frame is written in pieces that fit a record`(size: Int) {
        var frame = ByteBuffer(bytes: [7] + (0..<size).map { UInt8(truncatingIfNeeded: $0) })
        frame.moveReaderIndex(forwardBy: 1)
        let pieces = UnitBatch.pieces(of: frame)
        #expect(pieces.allSatisfy { 1...UnitBatch.longestPiece ~= $0.readableBytes })
        #expect(pieces.flatMap { Array($0.readableBytesView) } == Array(frame.readableBytesView))
        // With what a record adds it is two pages of the buffer that a connection has.
        #expect(UnitBatch.longestPiece + 512 <= 8 << 10)
    }

    @Test func `what many watch is asked of the engine once`() async throws {
        let (twin, unit) = (MemoryOperations(fleet: Sample.fleet), unit)
        try await withFeed(twin) { feed in
            try await withThrowingTaskGroup(of: [UnitID].self) { group in
                for _ in 0..<200 { group.addTask { await Self.follow(feed, from: 0, to: 300) } }
                // All of them are there.
                while await feed.watchers < 200 { await Task.yield() }
                try await Task.sleep(for: .milliseconds(100))
                for _ in 0..<300 { await twin.append(.paused, unit: unit) }
                for try await told in group { #expect(Set(told) == [unit]) }
            }
            let made = await feed.made
            #expect(made < 20, "the newest state counts, not every change")
            let questions = await twin.questions
            #expect(questions < 100, "\(questions) for 200 readers")
        }
    }

    @Test func `those who want to know what happened are told alike, and nobody asks for states`() async throws {
        let (twin, unit) = (MemoryOperations(fleet: Sample.fleet), unit)
        try await withFeed(twin) { feed in
            try await withThrowingTaskGroup(of: UInt64.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        var place = NewsPlace(sequence: 0)
                        for await _ in await feed.watch(for: .happenings).strokes {
                            let told = try await feed.told(after: place) { operations, start in
                                let page = try await operations.events(EventFilter(start: .after(start.sequence)))
                                return (Array("\(page.events.count)".utf8), NewsPlace(sequence: page.next))
                            }
                            place = told.reached
                            if place.sequence == 30 { break }
                        }
                        return place.sequence
                    }
                }
                while await feed.watchers < 100 { await Task.yield() }
                for _ in 0..<30 { await twin.append(.paused, unit: unit) }
                for try await position in group { #expect(position == 30) }
            }
            #expect(await feed.made == 0)
            let tellings = await feed.tellingsMade
            #expect(tellings < 40, "\(tellings) for 100 readers")
        }
    }

    @Test func `who wants states while others do not is not told of a gap`() async throws {
        let (twin, unit) = (MemoryOperations(fleet: Sample.fleet), unit)
        try await withFeed(twin) { feed in
            var page = await feed.watch(for: .happenings).strokes.makeAsyncIterator()
            _ = await page.next()
            await twin.append(.paused, unit: unit)
            while await !feed.hasMore(behind: NewsPlace(sequence: 0)) { _ = await page.next() }
            guard case .behind = await feed.news(after: 0) else {
                Issue.record("no batch was made of it")
                return
            }
        }
    }

    @Test func `a bell that is silenced rings no more, and nobody is counted for it`() async throws {
        try await withFeed(MemoryOperations(fleet: Sample.fleet)) { feed in
            let bell = await feed.watch(for: .states)
            #expect(await feed.watchers == 1)
            bell.silence()
            for await _ in bell.strokes {}
            while await feed.watchers > 0 { await Task.yield() }
        }
    }

    @Test func `a state lies in the frame that tells of it`() throws {
        let units = Sample.fleet.units
        let batch = UnitBatch(units, touched: Set(units.map(\.unit)), start: 0, end: 4)
        for change in batch.changes {
            let status = try #require(units.first { $0.unit == change.unit })
            #expect(change.state.map { Array($0.json.readableBytesView) } == JSON.write(status.wire))
        }
        #expect(UnitBatch.frame(batch.changes, at: 4) == batch.frame)
    }

    @Test func `nobody watches, nothing is asked`() async throws {
        let twin = MemoryOperations(fleet: Sample.fleet)
        try await withFeed(twin) { _ in
            for _ in 0..<10 { await twin.append(.fleetRead) }
            try await Task.sleep(for: .milliseconds(200))
            #expect(await twin.questions == 0)
        }
    }

    @Test func `who was away goes on where they were, and is told when that is too far back`() async throws {
        let (twin, unit) = (MemoryOperations(fleet: Sample.fleet), unit)
        for _ in 0..<5 { await twin.append(.paused, unit: unit) }
        try await withFeed(twin) { feed in
            var bell = await feed.watch(for: .states).strokes.makeAsyncIterator()
            // The feed begins with what happens from now on.
            while case .batches(_, reached: 0) = await feed.news(after: 0) { _ = await bell.next() }
            guard case .behind = await feed.news(after: 0) else {
                Issue.record("the journal has more than the feed")
                return
            }
            await twin.append(.paused, unit: unit)
            await twin.append(.unitRemoved, unit: Sample.unit("old", "prod"))
            var position: UInt64 = 5
            while position < 7 {
                _ = await bell.next()
                guard case .batches(_, let reached) = await feed.news(after: 5) else { continue }
                position = reached
            }
            guard case .batches(let batches, reached: 7) = await feed.news(after: 5) else {
                Issue.record("it is kept")
                return
            }
            let changes = batches.flatMap(\.changes)
            #expect(changes.contains { $0.unit == unit && $0.state != nil })
            #expect(changes.contains { $0.unit == Sample.unit("old", "prod") && $0.state == nil })
        }
    }

    @Test func `what changes without an event is told once, at the place where the journal stands`() async throws {
        let (twin, unit) = (MemoryOperations(fleet: Sample.fleet), unit)
        await twin.append(.fleetRead)
        try await withFeed(twin) { feed in
            var bell = await feed.watch(for: .states).strokes.makeAsyncIterator()
            while case .batches = await feed.news(after: 0) { _ = await bell.next() }
            var seen: UInt64?
            for state in [SyncState.paused, .inSync] {
                await twin.stir(unit, to: state)
                var told: UnitBatch?
                while told == nil {
                    guard case .batches(let batches, reached: 1) = await feed.news(after: 1, seen: seen) else {
                        Issue.record("the journal stands where it stood")
                        return
                    }
                    told = batches.last
                    if told == nil { _ = await bell.next() }
                }
                let json = String(buffer: told?.changes.first?.state?.json ?? ByteBuffer())
                #expect(
                    told?.changes.map(\.unit) == [unit] && json.contains("\"sync\":\"\(state.rawValue)\""), "\(json)")
                seen = told?.number
            }
            guard case .batches(let more, reached: 1) = await feed.news(after: 1, seen: seen) else {
                Issue.record("the journal stands where it stood")
                return
            }
            #expect(more.isEmpty)
        }
    }

    @Test func `an engine that fails is said to, and asked again later`() async throws {
        let twin = MemoryOperations(fleet: Sample.fleet)
        await twin.fail(with: APIError(.unavailable, "away"))
        try await withFeed(twin) { feed in
            var bell = await feed.watch(for: .states).strokes.makeAsyncIterator()
            _ = await bell.next()
            guard case .failure(let error) = await feed.news(after: 0) else {
                Issue.record("it fails")
                return
            }
            #expect(error.message == "away")
            await twin.fail(with: nil)
            while case .failure = await feed.news(after: 0) { _ = await bell.next() }
        }
    }

    @Test func `of several batches the newest state of a unit is told, in a reader's view`() async throws {
        let policy = try await Sample.policy("")
        var units = Sample.fleetOfTwoProjects.units
        let touched = Set(units.map(\.unit))
        let first = UnitBatch(units, touched: touched, start: 0, end: 4)
        for index in units.indices { units[index].health = HealthReport(.missing) }
        let second = UnitBatch(units, touched: touched, start: 4, end: 8)
        func told(_ view: UnitFilter, _ principal: Principal) async -> [UnitBatch.Change] {
            let sight = await AuthorizedOperations(
                MemoryOperations(fleet: Sample.fleet), for: principal, policy: { policy }
            ).sight()
            return UnitBatch.changes(of: [first, second][...], in: view, for: sight)
        }
        let all = await told(.all, .local(user: "root"))
        #expect(all.map(\.unit) == units.map(\.unit).sorted())
        #expect(all.allSatisfy { String(buffer: $0.state?.json ?? ByteBuffer()).contains("Missing") })
        let web = await told(UnitFilter(unit), .local(user: "root"))
        #expect(web.map(\.unit) == [unit])
        let scope = TokenScope(verbs: [.read], projects: [try #require(ProjectName("shop"))])
        let shop = Principal.token(try #require(TokenName("t")), scope: scope)
        let own = await told(.all, shop)
        #expect(!own.isEmpty && !own.contains { $0.unit.application.text == "ledger" })
    }
}
