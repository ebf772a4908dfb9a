// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct CancelTests {
    private func cancel(_ world: World) {
        let cancelled = Cancelled(version: world.newest.version, reason: "wrong branch")
        world.write([cancelled.draft(of: world.unit, by: Actor("user:alice"))])
    }

    /// Two waves, of which the second is cancelled.
    private func halfway() async -> World {
        let world = World(["a": ["wave": 1], "b": ["wave": 2]])
        await world.run()
        world.commit(["a": ["wave": 1, "n": 1], "b": ["wave": 2, "n": 1]])
        var steps = 0
        await world.run(interrupt: { count in
            steps = count
            guard world.kinds().last == .intent, world.kinds().count(where: { $0 == .intent }) == 4 else { return nil }
            self.cancel(world)
            return .cancelled(reason: "cancelled by user:alice")
        })
        #expect(steps > 0)
        return world
    }

    @Test func `what was cancelled is not begun again by itself`() async {
        let world = await halfway()
        #expect(world.events.last?.payload(as: SyncEnded.self)?.result == .cancelled)
        let (writes, events) = (world.target.withState { $0.writes }, world.events.count)
        for job in [Job.commit, .audit, .drift("a"), .drift("b")] {
            let conclusion = await world.run(job)
            #expect(conclusion?.state == .pending)
            #expect(conclusion?.reason.string.contains("cancelled by user:alice") == true)
        }
        #expect(world.target.withState { $0.writes } == writes && world.events.count == events)
    }

    @Test(arguments: [Interruption.cancelled(reason: "trimtab is stopping"), .superseded])
    func `a sync that has ended ends once, whatever comes while its inventory is tidied`(
        interruption: Interruption
    ) async {
        let world = World(["a": 1, "b": 1])
        await world.run()
        world.commit(["a": 1])
        let conclusion = await world.run(interrupt: { _ in world.kinds().last == .syncEnded ? interruption : nil })
        #expect(conclusion?.state == .pending && conclusion?.again == .after(.zero))
        #expect(world.kinds().count { $0 == .syncEnded } == 2, "one for each sync")
        #expect(world.target.withState { $0.inventories[world.unit]?.entries.count } == 2)
        #expect(await world.run(.audit)?.state == .inSync)
        #expect(world.target.withState { $0.inventories[world.unit] } == world.record.inventory.claim)
    }

    @Test func `another version, a request and a resume each take it up again`() async {
        let resumed = await halfway()
        resumed.write([Resumed(reason: "").draft(of: resumed.unit)])
        #expect(await resumed.run()?.state == .inSync)
        let requested = await halfway()
        #expect(await requested.run(.person)?.state == .inSync)
        let moved = await halfway()
        moved.commit(["a": ["wave": 1, "n": 2]])
        #expect(await moved.run()?.state == .inSync)
        #expect(moved.target.withState { $0.live } == [object("a"): ["wave": 1, "n": 2]])
        for world in [resumed, requested, moved] { #expect(world.record.cancelled == nil && !world.record.isTorn) }
    }

    @Test func `a commit that goes back to what was applied before is no drift`() async {
        let world = await halfway()
        world.policy.drift = .observe
        world.commit(["a": ["wave": 1], "b": ["wave": 2]])
        #expect(await world.run()?.state == .inSync)
        #expect(world.target.withState { $0.live } == [object("a"): ["wave": 1], object("b"): ["wave": 2]])
        #expect(!world.kinds().contains(.drifted))
    }

    @Test func `drift of a unit that is whole is healed although its next version was cancelled`() async {
        let world = World(["a": 1])
        await world.run()
        world.commit(["a": 2])
        await world.run(interrupt: { count in
            guard count == 0 else { return nil }
            self.cancel(world)
            return .cancelled(reason: "cancelled by user:alice")
        })
        world.target.edit(object("a"), 7)
        #expect(await world.run(.drift("a"))?.state == .inSync)
        #expect(world.target.withState { $0.live[object("a")] } == 1)
        #expect(await world.run()?.state == .pending)
    }

    @Test func `an engine stops a run before its next act, on record with who and why`() async throws {
        let (target, content, recorder) = (MemoryTarget(), MemoryContent(), MemoryRecorder())
        let engine = Engine(
            drivers: [name("host"): target], content: content, recorder: recorder, clocks: .system, records: [:])
        let web = unit("web")
        target.withState { $0.health[object("a")] = HealthReport(.progressing) }
        let version = content.commit(["a": ["wave": 1], "b": ["wave": 2]], of: web)
        let context = UnitContext(unit: web, project: name("shop"), limits: .host(HostLimits()))
        await engine.install([ManagedUnit(context: context, policy: SyncPolicy(), newest: version)])
        #expect(try await engine.cancel(web, reason: "", by: .trimtab) == false, "nothing is under way")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await engine.settle() }
            // The first wave is not well, so the second waits.
            while target.withState({ $0.live[object("a")] }) == nil { try await Task.sleep(for: .milliseconds(2)) }
            #expect(try await engine.cancel(web, reason: "wrong branch", by: Actor("user:alice")))
            try await group.waitForAll()
        }
        #expect(target.withState { $0.live[object("b")] } == nil)
        let cancelled = try #require(recorder.recorded.first { $0.kind == .cancelled })
        #expect(cancelled.actor == Actor("user:alice"))
        #expect(cancelled.payload(as: Cancelled.self) == Cancelled(version: version, reason: "wrong branch"))
        let ended = recorder.recorded.last?.payload(as: SyncEnded.self)
        #expect(ended?.result == .cancelled && ended?.reason == "cancelled by user:alice: wrong branch")
        #expect(await engine.snapshot(of: web)?.state == .pending)
    }

    /// Fails as what is cut off fails: with an error that does not say so.
    private struct SlowContent: ContentProvider {
        let began: AsyncStream<Void>.Continuation

        func digest(of unit: UnitID, at version: Version) async throws(ContentError) -> Digest? { nil }

        func render(_ unit: UnitID, at version: Version) async throws(ContentError) -> Rendered {
            began.yield()
            do { try await Task.sleep(for: .seconds(3600)) } catch { throw ContentError(Text("\(error)")) }
            throw ContentError("nobody waits so long")
        }

        func load(
            _ digest: Digest, of unit: UnitID, at version: Version, only ids: Set<ObjectID>?
        ) async throws(ContentError) -> Rendered { throw ContentError("nothing was rendered") }

        func blobs(of unit: UnitID, at version: Version) async throws(ContentError) -> any BlobReader { MemoryTree() }
    }

    @Test func `a render that takes longer than it may has failed`() async throws {
        let (_, began) = AsyncStream<Void>.makeStream()
        let engine = Engine(
            drivers: [name("host"): MemoryTarget()], content: SlowContent(began: began), recorder: MemoryRecorder(),
            clocks: .system, records: [:], contentDeadline: .milliseconds(20))
        let context = UnitContext(unit: unit("web"), project: name("shop"), limits: .host(HostLimits()))
        await engine.install([
            ManagedUnit(context: context, policy: SyncPolicy(), newest: Version(fleet: nil, source: nil))
        ])
        await engine.settle()
        let state = await engine.snapshot(of: unit("web"))
        #expect(state?.state == .failed)
        #expect(state?.reason.string.contains("takes longer than") == true, "\(String(describing: state?.reason))")
    }

    @Test func `a render that the end of the process cuts off has not failed`() async throws {
        let (stream, began) = AsyncStream<Void>.makeStream()
        let recorder = MemoryRecorder()
        let engine = Engine(
            drivers: [name("host"): MemoryTarget()], content: SlowContent(began: began), recorder: recorder,
            clocks: .system, records: [:])
        let context = UnitContext(unit: unit("web"), project: name("shop"), limits: .host(HostLimits()))
        let managed = ManagedUnit(
            context: context, policy: SyncPolicy(), newest: Version(fleet: nil, source: nil))
        await engine.install([managed])
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await engine.run() }
            for await _ in stream { break }
            group.cancelAll()
        }
        #expect(recorder.recorded.isEmpty)
    }
}
