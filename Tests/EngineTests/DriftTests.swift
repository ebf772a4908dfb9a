// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import TestSupport
import Testing

@Suite struct DriftTests {
    @Test func `drift is recorded with its fields and put back`() async {
        let world = World(["a": 1, "b": 2])
        await world.run()
        world.target.edit(object("a"), 7)
        #expect(await world.run(.drift("a"))?.state == .inSync)
        #expect(world.target.withState { $0.live[object("a")] } == 1)
        #expect(world.kinds().suffix(6) == [.drifted, .syncStarted, .intent, .outcome, .healed, .syncEnded])
        #expect(world.record.drift == nil)
        #expect(world.record.history.count == 1, "healing is no version")
    }

    @Test(arguments: [SyncPolicy.Drift.observe, .alert])
    func `drift that is only watched is recorded once`(policy: SyncPolicy.Drift) async {
        let world = World(["a": 1])
        await world.run()
        world.policy.drift = policy
        world.target.edit(object("a"), 7)
        for _ in 0..<3 { #expect(await world.run(.drift("a"))?.state == .drifted) }
        #expect(world.kinds().count { $0 == .drifted } == 1)
        #expect(world.target.withState { $0.live[object("a")] } == 7)
        #expect(await world.run(.person)?.state == .inSync)
        #expect(world.target.withState { $0.live[object("a")] } == 1)
    }

    @Test func `drift that went away by itself is closed`() async {
        let world = World(["a": 1])
        await world.run()
        world.policy.drift = .observe
        world.target.edit(object("a"), 7)
        await world.run(.drift("a"))
        world.target.edit(object("a"), 1)
        #expect(await world.run(.drift("a"))?.state == .inSync)
        #expect(world.record.drift == nil)
    }

    @Test func `what drifts later is told beside what drifted before, and what comes back is told no more`() async {
        let world = World(["a": 1, "b": 1, "c": 1])
        await world.run()
        world.policy.drift = .alert
        func told() -> [ObjectID]? { world.record.drift?.objects.keys.sorted() }
        for name in ["a", "b", "c"] as [Text] {
            world.target.edit(object(name), 7)
            #expect(await world.run(.drift(name))?.state == .drifted)
        }
        #expect(told() == [object("a"), object("b"), object("c")])
        let count = world.events.count
        await world.run(.drift("c"))
        #expect(world.events.count == count, "nothing is new")
        world.target.edit(object("b"), 1)
        #expect(await world.run(.drift("b"))?.state == .inSync)
        #expect(told() == [object("a"), object("c")])
        // Nobody was told of this one; a look at the whole finds it.
        world.target.edit(object("a"), 1)
        #expect(await world.run(.audit)?.state == .drifted)
        #expect(told() == [object("c")])
        world.target.edit(object("c"), 1)
        await world.run(.drift("c"))
        #expect(told() == nil)
    }

    @Test func `what others put in is told once, is no drift, and is told to be gone`() async {
        let world = World(["a": 1, "b": 1])
        await world.run()
        let writes = world.target.withState { $0.writes }
        world.target.withState { $0.added[object("a")] = ["data", "x"] }
        for job in [Job.drift("a"), .drift("a"), .audit, .drift("b")] {
            #expect(await world.run(job)?.state == .inSync)
        }
        #expect(world.kinds().count { $0 == .additionsSeen } == 1)
        #expect(world.record.additions == AdditionsSeen(objects: [object("a"): ["data.x"]], cause: "somebody"))
        #expect(world.record.drift == nil && world.target.withState { $0.writes } == writes)
        world.target.withState { $0.added = [:] }
        // Whoever looks at others says nothing about it.
        await world.run(.drift("b"))
        #expect(world.record.additions != nil)
        await world.run(.drift("a"))
        #expect(world.record.additions == nil && world.record.additionsSince == nil)
    }

    @Test func `someone who keeps changing it back is not fought for ever`() async {
        let world = World(["a": 1, "b": 1])
        await world.run()
        for round in 0..<FightLedger.rounds {
            world.target.edit(object("a"), .number(Number(Int64(100 + round))))
            #expect(await world.run(.drift("a"))?.state == .inSync)
            world.pass(.seconds(1))
        }
        world.target.edit(object("a"), 200)
        for _ in 0..<3 { #expect(await world.run(.drift("a"))?.state == .blocked) }
        #expect(world.kinds().count { $0 == .fightDetected } == 1)
        #expect(world.target.withState { $0.live[object("a")] } == 200)

        // Others are put back as ever, and it is not forgotten over them.
        world.target.edit(object("b"), 7)
        #expect(await world.run(.drift("b"))?.state == .inSync)
        #expect(world.target.withState { $0.live[object("b")] } == 1)
        #expect(world.record.drift?.objects.keys.sorted() == [object("a")])

        world.pass(FightLedger.window)
        #expect(await world.run(.drift("a"))?.state == .inSync)
        #expect(world.record.drift == nil)
    }

    @Test func `an object that vanished is made again`() async {
        let world = World(["a": 1])
        await world.run()
        world.target.edit(object("a"), nil)
        #expect(await world.run(.drift("a"))?.state == .inSync)
        #expect(world.target.withState { $0.live[object("a")] } == 1)
    }
}
