// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// Content that was applied and stands is recognised without its objects. Counted, not timed.
@Suite(.timeLimit(.minutes(5))) struct RecognitionTests {
    /// Objects that the target was given to look at, one way or the other.
    private func looks(_ world: World) -> Int { world.target.withState { $0.comparisons + $0.admissions } }

    /// Applied, and remembered.
    private func settled(_ objects: [Text: Value]) async -> World {
        let world = World(objects)
        await world.run()
        #expect(world.target.withState { $0.remembered[world.unit]?.render } == world.newest.digest)
        return world
    }

    @Test func `what stands is neither admitted nor compared again`() async {
        let world = await settled(["a": 1, "b": 2, "c": 3])
        let (before, events) = (looks(world), world.events.count)
        for job in [Job.commit, .audit, .person] {
            let conclusion = await world.run(job)
            #expect(conclusion?.state == .inSync)
            #expect(conclusion?.looked == 3)
        }
        #expect(looks(world) == before)
        #expect(world.events.count == events)
    }

    @Test func `one changed object is looked at, admitted and put back alone`() async {
        let world = await settled(["a": 1, "b": 2, "c": 3])
        let before = world.target.withState { ($0.comparisons, $0.admissions) }
        world.target.edit(object("b"), 9)
        #expect(await world.run(.audit)?.state == .inSync)
        #expect(world.target.withState { $0.live[object("b")] } == 2)
        let after = world.target.withState { ($0.comparisons, $0.admissions) }
        #expect(after.0 == before.0 + 1 && after.1 == before.1 + 1)
        #expect(world.kinds().suffix(6) == [.drifted, .syncStarted, .intent, .outcome, .healed, .syncEnded])
    }

    @Test func `drift that is only reported is told the same as by a look at everything`() async {
        let (recognised, whole) = (await settled(["a": 1, "b": 2]), await settled(["a": 1, "b": 2]))
        whole.target.withState { $0.remembered = [:] }
        var conclusions: [Conclusion?] = []
        for world in [recognised, whole] {
            world.policy.drift = .alert
            world.target.edit(object("b"), nil)
            conclusions.append(await world.run())
        }
        #expect(conclusions[0]?.state == .drifted)
        #expect(conclusions[0]?.reason == conclusions[1]?.reason)
        #expect(conclusions[0]?.plan?.digest == conclusions[1]?.plan?.digest)
    }

    @Test func `health of what only a comparison can tell about is asked for, and it alone is`() async {
        let world = await settled(["a": 1, "b": 2])
        world.target.withState {
            $0.opaque = [object("b")]
            $0.health[object("b")] = HealthReport(.degraded, reason: "has stopped")
        }
        let before = world.target.withState { $0.comparisons }
        let conclusion = await world.run()
        #expect(conclusion?.ill.keys.sorted() == [object("b")])
        #expect(world.record.health.health == .degraded)
        #expect(world.target.withState { $0.comparisons } == before + 1)
        world.target.withState { $0.health = [:] }
        #expect(await world.run(.audit)?.ill.isEmpty == true)
        #expect(world.record.health.health == .healthy)
    }

    @Test func `other limits are admitted by, though Git says what it said`() async {
        let world = await settled(["a": 1])
        world.limits = .host(HostLimits(paths: ["/srv/**"]))
        world.target.withState { $0.refused[object("a")] = "outside the project" }
        #expect(await world.run()?.state == .failed)
        world.target.withState { $0.refused = [:] }
        #expect(await world.run()?.state == .inSync)
    }

    @Test func `what is ours and declared no more is still found`() async {
        let world = await settled(["a": 1])
        let left = object("left")
        world.record.inventory.entries[left] = Inventory.Entry(uid: "uid-left", applied: nil, wave: 0)
        world.target.withState {
            $0.live[left] = 7
            $0.owners[left] = world.unit
        }
        await world.run(.person)
        #expect(world.target.withState { $0.live } == [object("a"): 1])
    }

    @Test func `what is not ours yet is taken over`() async {
        let world = await settled(["a": 1, "b": 2])
        world.record.inventory.entries[object("b")] = nil
        await world.run(.audit)
        #expect(world.record.inventory.entries.keys.sorted() == [object("a"), object("b")])
    }

    @Test func `an object in doubt that cannot be found any more makes it look at everything`() async {
        let world = await settled(["a": 1, "b": 2])
        world.lost = [object("b")]
        world.target.edit(object("b"), 9)
        #expect(await world.run()?.state == .inSync)
        #expect(world.target.withState { $0.live[object("b")] } == 2)
    }

    @Test func `after a failure everything is looked at`() async {
        let world = await settled(["a": 1, "b": 2])
        world.target.withState { $0.broken[object("b")] = "stuck" }
        world.target.edit(object("b"), 9)
        #expect(await world.run()?.state == .failed)
        world.target.withState { $0.broken = [:] }
        let before = world.target.withState { $0.comparisons }
        #expect(await world.run()?.state == .inSync)
        #expect(world.target.withState { $0.comparisons } == before + 2)
    }

    @Test func `content with hooks, content that is refused and content that drifted are not remembered`() async {
        let world = World(["a": 1])
        world.commit(["a": 1], hooks: ["h": Hook(phases: [.beforeSync])])
        await world.run()
        await world.run()
        #expect(world.target.withState { $0.remembered[world.unit] } == nil)
        let other = World(["a": 1])
        await other.run()
        other.target.withState { $0.remembered = [:] }
        other.policy.drift = .alert
        other.target.edit(object("a"), 2)
        #expect(await other.run()?.state == .drifted)
        #expect(other.target.withState { $0.remembered[other.unit] } == nil)
        other.target.withState { $0.refused[object("a")] = "outside the project" }
        #expect(await other.run()?.state == .failed)
        #expect(other.target.withState { $0.remembered[other.unit] } == nil)
    }

    @Test func `what was forgotten is admitted again before it is remembered`() async {
        let world = await settled(["a": 1, "b": 2])
        world.target.withState { $0.remembered = [:] }
        let before = world.target.withState { $0.admissions }
        #expect(await world.run()?.isProven == true)
        #expect(world.target.withState { $0.admissions } == before + 2)
        #expect(world.target.withState { $0.remembered[world.unit]?.render } == world.newest.digest)
    }

    @Test func `a driver that is still to be told what to watch is given the objects`() async {
        let world = await settled(["a": 1])
        world.needsObjects = true
        #expect(await world.run()?.rendered?.objects.map(\.id) == [object("a")])
    }

    @Test func `a new process looks at what it finds without reading objects, and so does a preview`() async throws {
        let (target, content, recorder, web) = (MemoryTarget(), MemoryContent(), MemoryRecorder(), unit("web"))
        let managed = ManagedUnit(
            context: UnitContext(unit: web, project: name("shop"), limits: .host(HostLimits())), policy: SyncPolicy(),
            newest: content.commit(["a": 1, "b": 2], of: web))
        func engine() async -> Engine {
            var record = UnitRecord()
            for event in recorder.recorded { record.apply(event) }
            let engine = Engine(
                drivers: [name("host"): target], content: content, recorder: recorder, clocks: .system,
                records: [web: Apart(wrappedValue: record)], isWatching: false)
            await engine.install([managed])
            return engine
        }
        await engine().settle()
        let (objects, comparisons) = (content.objects, target.withState { $0.comparisons })
        let last = await engine()
        await last.settle()
        #expect(await last.snapshot(of: web)?.state == .inSync)
        let preview = try await last.preview(web)
        #expect(preview.plan.isEmpty && preview.plan.count(.keep) == 2)
        #expect(content.objects == objects)
        #expect(target.withState { $0.comparisons } == comparisons)
        target.edit(object("b"), 9)
        let changed = try await last.preview(web)
        #expect(changed.plan.changes.map(\.action) == [.keep, .update])
        #expect(content.objects == objects + 1)
    }
}
