// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(5))) struct EngineLoopTests {
    private let target = MemoryTarget(), content = MemoryContent(), recorder = MemoryRecorder()

    private func engine(
        records: [UnitID: UnitRecord] = [:], clocks: Clocks = .system,
        runEnded: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> Engine {
        Engine(
            drivers: [name("host"): target], content: content, recorder: recorder, clocks: clocks,
            records: records.mapValues(Apart.init), contentDeadline: .seconds(24 * 3600),
            runEnded: runEnded)
    }

    private func managed(_ unit: UnitID, _ objects: [Text: Value], after dependencies: [UnitID] = []) -> ManagedUnit {
        ManagedUnit(
            context: UnitContext(unit: unit, project: name("shop"), limits: .host(HostLimits())), policy: SyncPolicy(),
            newest: content.commit(objects, of: unit), dependsOn: dependencies)
    }

    @Test func `settling brings every unit in sync, dependencies first`() async {
        let engine = engine()
        let (web, db) = (unit("web"), unit("db"))
        await engine.install([managed(web, ["w": 1], after: [db]), managed(db, ["d": 1])])
        await engine.settle()
        #expect(await engine.snapshots().map(\.state) == [.inSync, .inSync])
        let started = recorder.recorded.filter { $0.kind == .syncStarted }.compactMap(\.unit)
        #expect(started == [db, web])
    }

    @Test func `a new version of one of many units renders one`() async {
        let engine = engine()
        let units = (0..<50).map { unit("app-\($0)") }
        let fleet = units.map { managed($0, [Text("o-\($0.application)"): 1]) }
        await engine.install(fleet)
        await engine.settle()
        let before = content.renders
        var next = fleet
        next[7] = managed(units[7], ["o-app-7": 2])
        await engine.install(next)
        await engine.settle()
        #expect(content.renders == before + 1)
    }

    @Test func `what looks without acting says how much it held, too`() async throws {
        let looked = Mutex<[Int]>([])
        let engine = engine { objects in looked.withLock { $0.append(objects) } }
        await engine.install([managed(unit("web"), ["a": 1, "b": 2, "c": 3])])
        await engine.settle()
        let runs = looked.withLock { $0.count }
        _ = try await engine.drift(of: unit("web"))
        target.edit(object("a"), 7)
        _ = try await engine.preview(unit("web"))
        #expect(looked.withLock { Array($0[runs...]) }.first == 3)
        #expect(looked.withLock { $0.count } == runs + 2)
    }

    @Test func `a restart with nothing changed writes nothing`() async {
        let web = unit("web")
        let fleet = [managed(web, ["a": 1, "b": 2])]
        let first = engine()
        await first.install(fleet)
        await first.settle()
        var record = UnitRecord()
        for event in recorder.recorded { record.apply(event) }
        let (events, writes) = (recorder.recorded.count, target.withState { $0.writes })
        let second = engine(records: [web: record])
        await second.install(fleet)
        await second.settle()
        #expect(await second.snapshot(of: web)?.state == .inSync)
        #expect(recorder.recorded.count == events)
        #expect(target.withState { $0.writes } == writes)
    }

    @Test func `a running engine heals what a hand changes`() async throws {
        let engine = engine()
        let web = unit("web")
        await engine.install([managed(web, ["a": 1])])
        await engine.settle()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await engine.run() }
            for round in 0..<3 {
                target.edit(object("a"), .number(Number(Int64(10 + round))))
                while target.withState({ $0.live[object("a")] }) != 1 { try await Task.sleep(for: .milliseconds(2)) }
            }
            group.cancelAll()
        }
        #expect(recorder.recorded.contains { $0.kind == .healed })
    }

    @Test func `a unit whose target was away when the daemon began is watched when it is there again`() async throws {
        let web = unit("web")
        let fleet = [managed(web, ["a": 1])]
        let first = engine()
        await first.install(fleet)
        await first.settle()
        var record = UnitRecord()
        for event in recorder.recorded { record.apply(event) }
        let second = engine(records: [web: record])
        target.withState { state in
            state.isDown = true
            state.watched = [:]
        }
        await second.install(fleet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await second.run() }
            while await second.snapshot(of: web)?.failures == 0 { try await Task.sleep(for: .milliseconds(2)) }
            #expect(target.withState { $0.watched.isEmpty })
            target.withState { $0.isDown = false }
            while await second.snapshot(of: web)?.state != .inSync { try await Task.sleep(for: .milliseconds(2)) }
            #expect(target.withState { $0.watched[web] } == [object("a")])
            group.cancelAll()
        }
    }

    @Test func `a drift of one object is a look at one object`() async throws {
        let engine = engine()
        let web = unit("web")
        await engine.install([managed(web, ["a": 1, "b": 2, "c": 3, "d": 4])])
        await engine.settle()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await engine.run() }
            // A watch begins with a look at everything.
            while target.withState({ $0.checks }) < 1 { try await Task.sleep(for: .milliseconds(2)) }
            let before = target.withState { $0.comparisons }
            target.edit(object("a"), 10)
            while target.withState({ $0.live[object("a")] }) != 1 { try await Task.sleep(for: .milliseconds(2)) }
            let after = target.withState { $0.comparisons }
            #expect(before == 4 && after == 5)
            group.cancelAll()
        }
    }

    @Test func `what is watched from before it is written is looked at once`() async throws {
        target.withState { $0.watchesWrites = true }
        let engine = engine()
        let web = unit("web")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await engine.run() }
            while !target.withState({ $0.hasBegunToWatch }) { try await Task.sleep(for: .milliseconds(2)) }
            await engine.install([managed(web, ["a": 1, "b": 2])])
            try await rest(engine, web)
            #expect(target.withState { $0.comparisons } == 2 && target.withState { $0.checks } == 0)
            #expect(content.renders == 1)
            group.cancelAll()
        }
    }

    @Test func `a driver that remembers nothing is not asked how content stands, nor is what it is`() async throws {
        target.withState { $0.remembersContent = false }
        let engine = engine()
        let web = unit("web")
        await engine.install([managed(web, ["a": 1])])
        await engine.settle()
        await engine.request([web], .audit)
        await engine.settle()
        #expect(await engine.snapshot(of: web)?.state == .inSync)
        #expect(target.withState { $0.checks } == 0 && content.questions == 0)
        #expect(target.withState { $0.comparisons } == 2)
    }

    @Test func `however often the loop is woken, it does not begin another sleep each time`() async throws {
        let sleeps = Mutex(0)
        let system = Clocks.system
        let clocks = Clocks(wall: system.wall, monotonic: system.monotonic) { moment in
            // What reading content may take is another matter.
            if moment.duration(since: system.monotonic()) < .seconds(3600) { sleeps.withLock { $0 += 1 } }
            try await system.sleep(moment)
        }
        let engine = engine(clocks: clocks)
        let web = unit("web")
        await engine.install([managed(web, ["a": 1])])
        await engine.settle()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await engine.run() }
            for round in 0..<4 {
                target.edit(object("a"), .number(Number(Int64(10 + round))))
                while target.withState({ $0.live[object("a")] }) != 1 { try await Task.sleep(for: .milliseconds(2)) }
                try await rest(engine, web)
            }
            group.cancelAll()
        }
        // Another one only where an alarm comes before all others: it was one each time that the loop was woken.
        #expect(sleeps.withLock { $0 } < 8)
    }

    /// Until a unit has nothing to do any more.
    private func rest(_ engine: Engine, _ unit: UnitID) async throws {
        while await engine.snapshot(of: unit)?.state != .inSync { try await Task.sleep(for: .milliseconds(2)) }
        while await engine.queue.isDirty(unit) { try await Task.sleep(for: .milliseconds(2)) }
    }

    @Test func `an engine that is stopping begins nothing more, and keeps nobody waiting`() async throws {
        let engine = engine()
        let web = unit("web")
        await engine.install([managed(web, ["a": 1])])
        engine.mailbox.close()
        await engine.settle()
        await engine.requestAndWait([web], .audit)
        await engine.waitForRun(of: web)
        #expect(recorder.recorded.isEmpty && target.withState { $0.writes } == 0)
        // Who has waited since before is let go.
        let other = self.engine()
        await other.install([managed(unit("db"), ["d": 1], after: [web])])
        let running = Task { await other.run() }
        while await other.snapshot(of: unit("db"))?.reason.isEmpty != false { await Task.yield() }
        async let waiting: Void = other.waitForRun(of: unit("db"))
        while await other.waiters.isEmpty { await Task.yield() }
        other.mailbox.close()
        await waiting
        await running.value
    }

    @Test func `a unit that left the fleet lets its objects be`() async {
        let engine = engine()
        var web = managed(unit("web"), ["a": 1])
        await engine.install([web])
        await engine.settle()
        #expect(target.withState { $0.watched.count } == 1)
        web.newest = nil
        await engine.install([], removed: [web])
        await engine.settle()
        #expect(target.withState { $0.live.count } == 1)
        #expect(recorder.recorded.last?.kind == .unitRemoved)
        // Nobody looks at it any more.
        #expect(target.withState { $0.watched.isEmpty })
        var queue = await engine.queue
        #expect(queue.nextWake() == nil)
    }
}
