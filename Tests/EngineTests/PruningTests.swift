// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// `sync.prune.mode: manual`: what leaves Git stays until somebody asks for its deletion.
@Suite struct PruningTests {
    private let prune = Job(
        urgency: .person, scope: .whole(.metadata),
        request: .init(by: Actor("user:alice"), reason: "", part: SyncPart(objects: nil, pruned: nil)))

    private func world(_ count: Int) -> World {
        let world = World(Dictionary(uniqueKeysWithValues: (0..<count).map { (Text("o\($0)"), Value(1)) }))
        world.policy.pruning = .manual
        return world
    }

    @Test func `it stays and is told, and goes when asked`() async throws {
        let world = world(3)
        await world.run()
        world.commit(["o0": 2])
        let conclusion = try #require(await world.run())
        #expect(conclusion.state == .inSync)
        #expect(conclusion.unpruned == [object("o1"), object("o2")])
        #expect(world.target.withState { $0.live.count } == 3)
        #expect(world.record.applied?.render == world.newest.digest)
        #expect(world.record.inventory.entries.count == 3, "what stays is ours")
        // Nothing but a person's word changes that.
        let events = world.events.count
        for job in [Job.commit, .audit, .person] {
            #expect(await world.run(job)?.unpruned.count == 2)
        }
        #expect(world.events.count == events)
        let done = try #require(await world.run(prune))
        #expect(done.state == .inSync && done.unpruned.isEmpty)
        #expect(world.target.withState { $0.live.keys.sorted() } == [object("o0")])
        #expect(world.record.inventory.entries.keys.sorted() == [object("o0")])
        #expect(world.record.drift == nil && !world.kinds().contains(.drifted), "what left Git is no drift")
    }

    @Test func `what only the target knows of goes in two steps, also when it was left for a while`() async throws {
        let world = world(3)
        await world.run()
        world.record = UnitRecord()
        world.commit(["o0": 2])
        #expect(await world.run()?.state == .inSync)
        #expect(world.record.recovered == [object("o1"), object("o2")])
        // Neither putting drift back nor another commit says anything of what nobody declares.
        world.target.edit(object("o0"), 7)
        await world.run(.drift("o0"))
        world.commit(["o0": 3, "o1": 1])
        await world.run()
        #expect(world.record.recovered == [object("o2")])
        let blocked = try #require(await world.run(prune))
        #expect(blocked.state == .blocked)
        #expect(blocked.reason.string.contains("File/o2, which only the target's own inventory names"))
        world.write([Confirmed(plan: try #require(blocked.plan).digest, reason: "").draft(of: world.unit)])
        #expect(await world.run(prune)?.state == .inSync)
        #expect(world.target.withState { $0.live.count } == 2 && world.record.recovered.isEmpty)
    }

    @Test func `asking is not agreeing: guards hold`() async throws {
        let world = world(20)
        await world.run()
        world.commit(["o0": 1])
        await world.run()
        let blocked = try #require(await world.run(prune))
        #expect(blocked.state == .blocked && blocked.reason.string.contains("more than 5"))
        #expect(world.target.withState { $0.live.count } == 20)
        world.write([Confirmed(plan: try #require(blocked.plan).digest, reason: "").draft(of: world.unit)])
        #expect(await world.run(prune)?.state == .inSync)
        #expect(world.target.withState { $0.live.count } == 1)
    }

    @Test func `what was left is not taken by itself when the application changes its mind`() async {
        let world = world(3)
        await world.run()
        world.commit(["o0": 1, "o1": 1])
        await world.run()
        world.policy.pruning = .auto
        world.policy.drift = .observe
        #expect(await world.run(.audit)?.unpruned == [object("o2")])
        #expect(world.target.withState { $0.live.count } == 3)
        world.commit(["o0": 2, "o1": 1])
        await world.run()
        #expect(world.target.withState { $0.live.count } == 2)
    }

    @Test func `a look at some objects forgets nothing of it`() async {
        let world = world(2)
        await world.run()
        world.commit(["o0": 1])
        await world.run()
        #expect(await world.run(.drift("o0"))?.unpruned == [object("o1")])
    }
}
