// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Fleet
import Manifest
import Model
import Secrets
import Synchronization
import TestSupport
import Testing

@testable import Assembly

/// What units get of a store, whatever the store does.
@Suite struct StoreDeskTests {
    private let memory = MemorySecretStore()
    private let recorder: MemoryRecorder
    private let clock = Clock()
    private let desk: StoreDesk
    private let place: StoreDesk.Place

    init() throws {
        let memory = memory
        recorder = MemoryRecorder(wall: clock.clocks.wall)
        desk = StoreDesk(recorder: recorder, clocks: clock.clocks) { _ throws(StoreError) in memory }
        let name = try #require(SecretStoreName("vault"))
        let store = SecretStore(
            name: name, place: .vault(connection: "main", engine: "secret", edition: .two), interval: .seconds(60))
        place = StoreDesk.Place(store: store, path: "shop/db", version: nil)
        memory.put("shop/db", ["password": "one"])
    }

    private func version() async throws -> Text { try await desk.read(place, for: unit("web")).version }

    private var kinds: [EventKind] { recorder.recorded.map(\.kind) }

    @Test func `a store is asked again only when the interval is over`() async throws {
        for _ in 0..<5 { #expect(try await version() == "1") }
        #expect(memory.reads == 1)
        clock.advance(by: .seconds(70))
        memory.put("shop/db", ["password": "two"])
        #expect(try await version() == "2")
        #expect(memory.reads == 2)
    }

    @Test func `many units that need one place ask once, and only the others are told of another version`() async throws
    {
        let units = (0..<5).map { unit("web-\($0)") }
        for unit in units + [unit("late")] { #expect(try await desk.read(place, for: unit).version == "1") }
        #expect(memory.reads == 1)
        clock.advance(by: .seconds(70))
        memory.put("shop/db", ["password": "two"])
        memory.hold()
        let (desk, place, memory) = (desk, place, memory)
        try await withThrowingTaskGroup(of: Text.self) { group in
            for unit in units { group.addTask { try await desk.read(place, for: unit).version } }
            while await desk.asked.waiters(for: place) < 4 { await Task.yield() }
            memory.release()
            for try await version in group { #expect(version == "2") }
        }
        #expect(memory.reads == 2)
        #expect(await desk.takeUnaware() == [unit("late")])
    }

    @Test func `while a store fails the last known stays, and each change is an event`() async throws {
        #expect(try await version() == "1")
        memory.fail(StoreError(.unreachable, "nothing answers"))
        clock.advance(by: .seconds(70))
        #expect(try await version() == "1")
        clock.advance(by: .seconds(70))
        #expect(try await version() == "1")
        #expect(kinds == [.storeFailed])
        let problem = try #require(await desk.problems().first)
        #expect(problem.place == "vault:shop/db" && problem.since == Time(nanoseconds: 70_000_000_000))
        #expect(Problem(problem).reason.string.contains("(since 1970-01-01T00:01:10.000Z): nothing answers"))
        memory.fail(nil)
        clock.advance(by: .seconds(70))
        #expect(try await version() == "1")
        #expect(kinds == [.storeFailed, .storeRecovered])
        #expect(await desk.problems().isEmpty)
        let payload = try #require(recorder.recorded.first?.payload(as: StoreFailed.self))
        #expect(payload.units == [unit("web")] && payload.state == "unreachable")
    }

    @Test func `what failed when an earlier process ended fails since then, and is told again only when it is other`()
        async throws
    {
        memory.fail(StoreError(.unreachable, "nothing answers"))
        for _ in 0..<2 { _ = try? await version() }
        let left = [Text: StoreTrouble](recorded: recorder.recorded)
        #expect(left["vault:shop/db"]?.since == Time(nanoseconds: 0))
        clock.advance(by: .seconds(7000))
        let memory = memory
        let second = StoreDesk(recorder: recorder, clocks: clock.clocks, known: left) { _ throws(StoreError) in memory }
        #expect(await second.problems().map(\.since) == [Time(nanoseconds: 0)], "also before anybody has looked")
        _ = try? await second.read(place, for: unit("web"))
        #expect(await second.failedSince(place) == Time(nanoseconds: 0))
        #expect(kinds == [.storeFailed], "nothing new to tell")
        clock.advance(by: .seconds(70))
        memory.fail(nil)
        #expect(try await second.read(place, for: unit("web")).version == "1")
        #expect(kinds == [.storeFailed, .storeRecovered])
        #expect([Text: StoreTrouble](recorded: recorder.recorded).isEmpty)
        let third = StoreDesk(recorder: recorder, clocks: clock.clocks, known: left) { _ throws(StoreError) in memory }
        _ = try await third.read(place, for: unit("web"))
        #expect(kinds.last == .storeRecovered && kinds.count == 3, "it was well when it was first looked at")
    }

    @Test func `a store that never answered gives its reason, not an empty value`() async {
        memory.fail(StoreError(.denied, "no"))
        let error = await #expect(throws: StoreError.self) { try await version() }
        #expect(error?.state == .denied)
    }

    @Test func `an older version is believed only when a person asks for a look`() async throws {
        memory.put("shop/db", ["password": "two"])
        #expect(try await version() == "2")
        memory.takeBack("shop/db")
        clock.advance(by: .seconds(70))
        #expect(try await version() == "2")
        #expect(await desk.problems().first?.error.state == .older)
        #expect(await desk.refreshNow() == [unit("web")])
        #expect(try await version() == "1")
    }

    /// A monotonic clock that is moved by hand.
    private final class Clock: Sendable {
        private let moment = Mutex(Moment.start)

        func advance(by duration: Duration) { moment.withLock { $0 = $0.advanced(by: duration) } }

        var clocks: Clocks {
            Clocks(
                wall: { Time(nanoseconds: 0).advanced(by: self.moment.withLock { $0.duration(since: .start) }) },
                monotonic: { self.moment.withLock { $0 } }, sleep: { _ in })
        }
    }
}
