// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import TestSupport
import Testing

@testable import Engine

/// What has changed since somebody looked.
@Suite struct NewsTests {
    private let target = MemoryTarget(), content = MemoryContent(), recorder = MemoryRecorder()

    private func managed(_ name: String, after dependencies: [UnitID] = []) -> ManagedUnit {
        let unit = TestSupport.unit(name)
        return ManagedUnit(
            context: UnitContext(unit: unit, project: TestSupport.name("shop"), limits: .host(HostLimits())),
            policy: SyncPolicy(), newest: content.commit([Text("o-\(name)"): 1], of: unit), dependsOn: dependencies)
    }

    @Test func `a look tells of what has changed since the last one, and of nothing else`() async throws {
        let engine = Engine(
            drivers: [name("host"): target], content: content, recorder: recorder, clocks: .system, records: [:])
        await engine.install((0..<20).map { managed("app-\($0)") })
        await engine.settle()
        let first = await engine.news(since: nil)
        #expect(first.isWhole && first.units.count == 20)
        let second = await engine.news(since: first.mark)
        #expect(!second.isWhole && second.units.isEmpty && second.mark == first.mark)
        let unit = TestSupport.unit("app-7")
        try await engine.act(
            [Paused(until: Time(nanoseconds: .max), reason: "").draft(of: unit, by: .trimtab)], then: nil)
        let third = await engine.news(since: second.mark)
        #expect(third.units.map(\.managed.unit) == [unit] && third.units.first?.record.pause != nil)
        #expect(await engine.news(since: third.mark).units.isEmpty)
        // A unit that is new is seen, whatever the mark.
        await engine.install([managed("zebra")])
        let fourth = await engine.news(since: third.mark)
        #expect(fourth.isWhole && fourth.units.count == 21)
        await engine.settle()
        let fifth = await engine.news(since: fourth.mark)
        #expect(fifth.units.map(\.managed.unit.application.text) == ["zebra"] && fifth.units.first?.state == .inSync)
    }

    @Test func `a unit that stands otherwise without an event is told of, and one that stands as before is not`() async
    {
        let engine = Engine(
            drivers: [name("host"): target], content: content, recorder: recorder, clocks: .system, records: [:])
        let (web, database) = (TestSupport.unit("web"), TestSupport.unit("db"))
        await engine.install([managed("web", after: [database])])
        await engine.settle()
        #expect(await engine.snapshot(of: web)?.reason.isEmpty == false, "it waits, and nothing is on record of that")
        #expect(await engine.stirs(since: 0).units == [web])
        let waiting = engine.stirred.newest
        await engine.request([web], .audit)
        await engine.settle()
        #expect(engine.stirred.newest == waiting)
        // Whoever looked at the last event of a sync has seen the unit as it was before the end of its run.
        await engine.install([managed("db")])
        await engine.settle()
        #expect(await engine.snapshot(of: web)?.state == .inSync)
        let synced = await engine.stirs(since: waiting)
        #expect(synced.units == [web, database] && synced.mark == engine.stirred.newest)
        await engine.request([web, database], .audit)
        await engine.settle()
        #expect(engine.stirred.newest == synced.mark)
    }

    @Test func `what is too long ago is not known any more`() throws {
        var log = ChangeLog()
        for number in 0..<10 { log.note(unit("app-\(number)"), limit: 10) }
        #expect(log.units(since: 0)?.count == 10 && log.units(since: 10) == [])
        log.note(unit("other"), limit: 10)
        #expect(log.mark == 11 && log.units(since: 0) == nil && log.units(since: 4) == nil)
        #expect(log.units(since: 10) == [unit("other")])
        #expect(log.units(since: 12) == nil, "a mark of another engine")
    }

    @Test func `the load counts each unit once, by how it stands and how it does`() async throws {
        let engine = Engine(
            drivers: [name("host"): target], content: content, recorder: recorder, clocks: .system, records: [:])
        await engine.install((0..<5).map { managed("app-\($0)") })
        let before = await engine.load()
        #expect(before.states == [.pending: 5] && before.due == 5 && before.running == 0)
        #expect(before.health.values.reduce(0, +) == 5)
        await engine.settle()
        let after = await engine.load()
        #expect(after.states == [.inSync: 5] && after.due == 0)
        let drifted = Drifted(plan: Digest(of: "plan".utf8), objects: [:], cause: "")
        try await engine.act([drifted.draft(of: TestSupport.unit("app-3"), by: .trimtab)], then: nil)
        #expect(await engine.load().states == [.inSync: 4, .drifted: 1])
    }

    /// There are fifty thousand of each: what is put into them is paid for as often.
    @Test func `what is held of every unit stays small`() {
        #expect(MemoryLayout<Engine.Entry>.size <= 72)
        #expect(MemoryLayout<UnitSnapshot>.size <= 120)
        #expect(MemoryLayout<ManagedUnit>.size == 16)
    }

    @Test func `a table of units has hardly more room than it needs`() {
        var table = EntryTable()
        func put(_ name: String) {
            let managed = managed(name)
            table[managed.unit] = Engine.Entry(
                managed: managed, record: Apart(wrappedValue: UnitRecord()), state: .pending, reason: "")
        }
        table.expect(1000)
        for number in 0..<1000 { put("app-\(number)") }
        #expect(table.count == 1000 && table.capacity < 1010)
        for number in 1000..<1200 { put("app-\(number)") }
        #expect(table.count == 1200 && table.capacity < 1400)
    }
}
