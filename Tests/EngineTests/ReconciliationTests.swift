// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import TestSupport
import Testing

@Suite struct ReconciliationTests {
    @Test func `a first sync records intent before act and outcome after`() async {
        let world = World(["a": 1, "b": 2])
        let conclusion = await world.run()
        #expect(conclusion?.state == .inSync)
        #expect(
            world.kinds() == [
                .rendered, .planned, .syncStarted, .intent, .outcome, .syncEnded, .healthChanged,
            ])
        #expect(world.target.withState { $0.live } == [object("a"): 1, object("b"): 2])
        #expect(world.record.inventory.entries.keys.sorted() == [object("a"), object("b")])
    }

    @Test func `a sync goes on record in two pieces, before it acts and after`() async {
        let world = World(["a": 1, "b": 2])
        await world.run()
        #expect(
            world.records == [
                [.rendered, .planned, .syncStarted, .intent], [.outcome, .syncEnded, .healthChanged],
            ])
        world.target.edit(object("a"), 7)
        await world.run(.drift("a"))
        #expect(world.records.dropFirst(2) == [[.drifted, .syncStarted, .intent], [.outcome, .healed, .syncEnded]])
    }

    @Test(arguments: [nil, .superseded, .cancelled(reason: "no")] as [Interruption?])
    func `what ends between the intent and the inventory stores the inventory the next time`(
        end: Interruption?
    ) async {
        let world = World(["a": 1, "b": 2])
        // Recalled, rendered, admitted, compared.
        if let end { await world.run { $0 == 4 ? end : nil } } else { await world.run(killedAfter: 4) }
        #expect(world.records.first?.last == .intent)
        #expect(world.stored.isEmpty && world.target.withState { $0.inventories.isEmpty && $0.live.isEmpty })
        await world.run(.person)
        #expect(world.stored.map { $0.entries.keys.sorted() } == [[object("a"), object("b")]])
        #expect(world.target.withState { $0.live.count } == 2)
    }

    @Test func `a second look writes nothing, to the target or the journal`() async {
        let world = World(["a": 1])
        await world.run()
        let (writes, events) = (world.target.withState { $0.writes }, world.events.count)
        for job in [Job.commit, .audit, .drift("a")] {
            #expect(await world.run(job)?.state == .inSync)
        }
        #expect(world.target.withState { $0.writes } == writes)
        #expect(world.events.count == events)
    }

    @Test func `waves go in order, and a failed one stops those behind it`() async {
        let world = World(["a": ["wave": 1], "b": ["wave": 2], "c": ["wave": 3]])
        world.target.withState { $0.broken[object("b")] = "disk full" }
        let conclusion = await world.run()
        #expect(conclusion?.state == .failed)
        #expect(conclusion?.reason == "File/b: disk full")
        #expect(conclusion?.again == .afterBackoff)
        #expect(world.target.withState { $0.live.keys.sorted() } == [object("a")])
        world.target.withState { $0.broken = [:] }
        #expect(await world.run()?.state == .inSync)
        #expect(world.target.withState { $0.live.count } == 3)
    }

    @Test func `a wave waits for the health of the one before`() async {
        let world = World(["a": ["wave": 1], "b": ["wave": 2]])
        world.target.withState { $0.health[object("a")] = HealthReport(.progressing) }
        let conclusion = await world.run()
        #expect(conclusion?.state == .failed)
        #expect(conclusion?.reason.string.contains("File/a is Progressing") == true)
        #expect(world.target.withState { $0.live[object("b")] } == nil)
    }

    @Test func `a wave whose time is up says why, asked at the end alone`() async {
        let world = World(["a": ["wave": 1], "b": ["wave": 2]])
        world.policy.deadline = .seconds(30)
        world.target.withState { state in
            state.health[object("a")] = HealthReport(.progressing, reason: "0 of 1 replicas are ready")
            state.explanations[object("a")] = "Pod a-0: container main: CrashLoopBackOff"
        }
        let reason = await world.run()?.reason.string ?? ""
        #expect(reason.hasPrefix("File/a is Progressing after "))
        #expect(
            reason.hasSuffix(
                ": 0 of 1 replicas are ready: Pod a-0: container main: CrashLoopBackOff; later waves were not begun"))
        #expect(1...2 ~= world.target.withState { $0.explained }, "when its time is as good as up")
    }

    @Test func `what stands and is not well for longer than a sync may take says why, and is asked seldom`() async {
        let world = World(["a": 1])
        world.policy.deadline = .seconds(30)
        world.target.withState { state in
            state.health[object("a")] = HealthReport(.progressing, reason: "0 of 1 replicas are ready")
            state.explanations[object("a")] = "Pod a-0: no node"
        }
        #expect(await world.run()?.again == .after(.seconds(2)))
        world.pass(.seconds(29))
        #expect(await world.run(.audit)?.again == .after(.seconds(2)))
        #expect(world.target.withState { $0.explained } == 0)
        world.pass(.seconds(1))
        #expect(await world.run(.audit)?.again == .after(.seconds(15)))
        #expect(world.record.health.reason == "File/a: 0 of 1 replicas are ready: Pod a-0: no node")
        world.target.withState { $0.health = [:] }
        #expect(await world.run(.audit)?.again == .whenMarked)
        let before = world.target.withState { $0.explained }
        await world.run(.audit)
        #expect(world.target.withState { $0.explained } == before, "one that is well is not asked")
    }

    @Test func `an object that leaves Git is deleted, one that was never ours is not`() async {
        let world = World(["a": 1, "b": 2])
        world.target.withState { $0.live[object("foreign")] = 9 }
        await world.run()
        world.commit(["a": 1])
        #expect(await world.run()?.state == .inSync)
        #expect(world.target.withState { $0.live } == [object("a"): 1, object("foreign"): 9])
        #expect(world.record.inventory.entries.keys.sorted() == [object("a")])
    }

    @Test func `what a project may not touch refuses the unit by name, once`() async {
        let world = World(["a": 1])
        world.target.withState { $0.refused[object("a")] = "/etc/sudoers.d is outside the project" }
        #expect(await world.run()?.reason == "refused: File/a: /etc/sudoers.d is outside the project")
        #expect(await world.run()?.state == .failed)
        #expect(world.kinds() == [.rendered, .renderFailed])
        #expect(world.target.withState { $0.writes } == 0)
    }

    @Test func `a foreign claim blocks and names both`() async {
        let world = World(["a": 1])
        world.target.withState { $0.owners[object("a")] = unit("other") }
        let conclusion = await world.run()
        #expect(conclusion?.state == .blocked)
        #expect(conclusion?.reason.string.contains("acme/other@host") == true)
        #expect(world.target.withState { $0.writes } == 0)
    }

    @Test func `what waits for a person goes when asked`() async {
        let world = World(["a": 1])
        world.policy.apply = .manual
        #expect(await world.run()?.state == .pending)
        #expect(await world.run()?.state == .pending)
        #expect(world.kinds() == [.rendered, .planned, .planBlocked])
        #expect(await world.run(.person)?.state == .inSync)
    }

    @Test func `an approval is bound to the plan`() async throws {
        let world = World(["a": 1])
        world.policy.apply = .approved
        let plan = try #require(await world.run()?.plan)
        world.write([Confirmed(plan: plan.digest, reason: "").draft(of: world.unit)])
        world.commit(["a": 2])
        #expect(await world.run()?.state == .pending)
        world.commit(["a": 1])
        #expect(await world.run()?.state == .inSync)
    }

    @Test func `dependencies hold back a commit, not healing`() async {
        let world = World(["a": 1])
        await world.run()
        world.waitsFor = [unit("db")]
        world.commit(["a": 2])
        #expect(await world.run()?.reason == "waits for acme/db@host")
        world.target.edit(object("a"), 7)
        #expect(await world.run(.drift("a"))?.state == .inSync)
        #expect(world.target.withState { $0.live[object("a")] } == 1)
    }

    @Test func `a pause holds everything until its end`() async {
        let world = World(["a": 1])
        world.write([
            Paused(until: world.wall.advanced(by: .seconds(60)), reason: "change freeze").draft(of: world.unit)
        ])
        #expect(await world.run()?.state == .paused)
        world.pass(.seconds(61))
        #expect(await world.run()?.state == .inSync)
    }

    @Test func `a target that is down is tried again and nothing is forgotten`() async {
        let world = World(["a": 1])
        world.target.withState { $0.isDown = true }
        #expect(await world.run()?.again == .afterBackoff)
        world.target.withState { $0.isDown = false }
        #expect(await world.run()?.state == .inSync)
    }

    @Test func `a newer version supersedes between waves`() async {
        let world = World(["a": ["wave": 1], "b": ["wave": 2]])
        let conclusion = await world.run(interrupt: { $0 == 6 ? .superseded : nil })
        #expect(conclusion?.again == .after(.zero))
        #expect(world.events.last?.payload(as: SyncEnded.self)?.result == .superseded)
        #expect(await world.run()?.state == .inSync)
    }
}
