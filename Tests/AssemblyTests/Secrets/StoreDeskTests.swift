// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

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
    private let recorder = MemoryRecorder()
    private let clock = Clock()
    private let desk: StoreDesk
    private let place: StoreDesk.Place

    init() throws {
        let memory = memory
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

    @Test func `while a store fails the last known stays, and each change is an event`() async throws {
        #expect(try await version() == "1")
        memory.fail(StoreError(.unreachable, "nothing answers"))
        clock.advance(by: .seconds(70))
        #expect(try await version() == "1")
        clock.advance(by: .seconds(70))
        #expect(try await version() == "1")
        #expect(kinds == [.storeFailed])
        #expect(await desk.problems().map(\.place) == ["vault:shop/db"])
        memory.fail(nil)
        clock.advance(by: .seconds(70))
        #expect(try await version() == "1")
        #expect(kinds == [.storeFailed, .storeRecovered])
        #expect(await desk.problems().isEmpty)
        let payload = try #require(recorder.recorded.first?.payload(as: StoreFailed.self))
        #expect(payload.units == [unit("web")] && payload.state == "unreachable")
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
            Clocks(wall: { Time(nanoseconds: 0) }, monotonic: { self.moment.withLock { $0 } }, sleep: { _ in })
        }
    }
}
