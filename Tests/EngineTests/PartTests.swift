// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// A sync of some objects of a unit.
@Suite struct PartTests {
    private func ask(_ names: Text..., pruning: Bool = false) -> Job {
        let objects = Set(names.map { object($0) })
        let part = SyncPart(objects: objects, pruned: pruning ? objects : [])
        return Job(
            urgency: .person, scope: .whole(.metadata),
            request: .init(by: Actor("user:alice"), reason: "one at a time", part: part))
    }

    @Test func `only what is named is written, and the unit stands at no version`() async throws {
        let world = World(["a": 1, "b": 1])
        world.policy.apply = .manual
        await world.run(.person)
        let applied = try #require(world.record.applied)
        world.commit(["a": 2, "b": 2])
        let conclusion = await world.run(ask("a"))
        #expect(conclusion?.state == .pending && conclusion?.again == .after(.zero))
        #expect(world.target.withState { $0.live } == [object("a"): 2, object("b"): 1])
        #expect(world.record.applied == applied)
        #expect(!world.record.isSettled && world.record.failure.isEmpty)
        let started = try #require(world.events.last { $0.kind == .syncStarted }?.payload(as: SyncStarted.self))
        #expect(started.part == SyncPart(objects: [object("a")], pruned: []) && started.cause == .person)
        #expect(world.events.last?.payload(as: SyncEnded.self)?.result == .succeeded)
        #expect(world.record.history.last?.isPart == true && world.record.history.last?.isGood == false)
        // The rest waits for a person as it did, and what was written is not put back.
        #expect(await world.run()?.state == .pending)
        #expect(await world.run(.drift("a"))?.state == .pending)
        #expect(world.target.withState { $0.live[object("a")] } == 2)
        #expect(await world.run(.person)?.state == .inSync)
        #expect(world.record.isSettled && world.record.applied?.render == world.newest.digest)
    }

    @Test func `the rest follows where the application says so`() async {
        let world = World(["a": 1, "b": 1])
        await world.run()
        world.commit(["a": 2, "b": 2])
        #expect(await world.run(ask("a"))?.again == .after(.zero))
        #expect(await world.run()?.state == .inSync)
        #expect(world.target.withState { $0.live } == [object("a"): 2, object("b"): 2])
    }

    @Test func `drift of one object is put back, that of another stays on record`() async {
        let world = World(["a": 1, "b": 1])
        world.policy.drift = .alert
        await world.run()
        world.target.edit(object("a"), 7)
        world.target.edit(object("b"), 8)
        #expect(await world.run(.audit)?.state == .drifted)
        #expect(await world.run(ask("a"))?.again == .after(.zero))
        #expect(world.target.withState { $0.live } == [object("a"): 1, object("b"): 8])
        #expect(world.record.isSettled && world.record.applied?.render == world.newest.digest)
        #expect(await world.run()?.state == .drifted)
        #expect(world.record.drift?.objects.keys.sorted() == [object("b")])
    }

    @Test func `nothing to do for what is named is no sync`() async {
        let world = World(["a": 1, "b": 1])
        await world.run()
        let events = world.events.count
        #expect(await world.run(ask("a"))?.state == .inSync)
        #expect(world.events.count == events)
    }

    @Test func `what leaves Git stays, unless it is named and pruning is asked for`() async {
        let world = World(["a": 1, "b": 1, "c": 1])
        world.policy.apply = .manual
        await world.run(.person)
        world.commit(["a": 2])
        await world.run(ask("a", "b"))
        #expect(world.target.withState { $0.live } == [object("a"): 2, object("b"): 1, object("c"): 1])
        await world.run(ask("b", pruning: true))
        #expect(world.target.withState { $0.live } == [object("a"): 2, object("c"): 1])
        #expect(world.record.inventory.entries.keys.sorted() == [object("a"), object("c")])
        #expect(world.target.withState { $0.inventories[world.unit] } == world.record.inventory.claim)
    }

    @Test func `an object of another name that stands for the same is let go, not deleted`() throws {
        func desired(_ name: Text) -> DesiredObject {
            DesiredObject(
                id: object(name), apiVersion: "v1", manifest: 1, wave: 0, blobs: [], origin: "t:1",
                digest: Value(1).digest())
        }
        let inventory = Inventory(entries: [
            object("old"): .init(uid: "/etc/motd", applied: nil, wave: 0)
        ])
        let plan = try Planner.plan(
            unit: unit("web"), render: Digest(of: []), desired: [desired("new"), desired("other")],
            live: [object("new"): .differs([], cause: nil), object("other"): .absent], inventory: inventory,
            part: SyncPart(objects: [object("other")], pruned: [object("old")]),
            uid: { $0.id == object("new") ? "/etc/motd" : "" })
        #expect(plan.changes.map(\.action) == [.create, .orphan])
    }

    @Test func `guards hold for what is named, and a confirmation goes on with just that`() async throws {
        let names: [Text] = ["a", "b", "c", "d", "e", "f", "g"]
        let world = World(Dictionary(uniqueKeysWithValues: (names + ["z"]).map { ($0, Value(1)) }))
        world.policy.apply = .manual
        await world.run(.person)
        world.commit(["z": 1])
        let gone = Set(names.map { object($0) })
        let part = SyncPart(objects: gone, pruned: gone)
        let job = Job(
            urgency: .person, scope: .whole(.metadata), request: .init(by: Actor("user:alice"), reason: "", part: part))
        let blocked = try #require(await world.run(job))
        #expect(blocked.state == .blocked && blocked.reason.string.contains("more than 5"))
        #expect(world.record.blocked?.part == part)
        #expect(world.target.withState { $0.live.count } == 8)
        // A look in between finds the rest to do, and asks for nothing else.
        let between = try #require(await world.run(.commit))
        #expect(between.reason == blocked.reason && world.record.blocked?.part == part)
        world.write([Confirmed(plan: try #require(blocked.plan).digest, reason: "").draft(of: world.unit)])
        await world.run(job)
        #expect(world.target.withState { $0.live.keys.sorted() } == [object("z")])
    }

    @Test func `an approval is needed for what is named, too`() async throws {
        let world = World(["a": 1, "b": 1])
        world.policy.apply = .approved
        let waiting = try #require(await world.run(ask("a")))
        #expect(waiting.state == .pending && world.target.withState { $0.live.isEmpty })
        world.write([Confirmed(plan: try #require(waiting.plan).digest, reason: "").draft(of: world.unit)])
        await world.run(ask("a"))
        #expect(world.target.withState { $0.live } == [object("a"): 1])
    }

    @Test func `something broken beside it does not stop what is named`() async {
        let world = World(["a": 1, "b": 1])
        world.target.withState { $0.owners[object("b")] = unit("other") }
        #expect(await world.run()?.state == .blocked)
        await world.run(ask("a"))
        #expect(world.target.withState { $0.live } == [object("a"): 1])
        #expect(world.target.withState { $0.owners[object("b")] } == unit("other"))
    }

    @Test func `no hook runs`() async {
        let world = World()
        world.commit(["a": 1], hooks: ["migrate": Hook(phases: [.beforeSync])])
        world.policy.apply = .manual
        await world.run(ask("a"))
        #expect(world.target.withState { $0.live.keys.sorted() } == [object("a")])
    }

    @Test func `one that is killed is finished by nobody, and forgotten by nobody`() async {
        for steps in 0...9 {
            let world = World(["a": 1, "b": 1])
            world.policy.apply = .manual
            await world.run(.person)
            world.commit(["a": 2, "b": 2, "c": 1])
            await world.run(ask("a", "c"), killedAfter: steps)
            #expect(await world.run()?.state == .pending, "killed after \(steps)")
            #expect(world.target.withState { $0.live[object("b")] } == 1)
            for id in world.target.withState({ $0.owners.keys.sorted() }) {
                #expect(world.record.inventory.entries[id] != nil, "\(id) is forgotten when killed after \(steps)")
            }
            #expect(await world.run(.person)?.state == .inSync)
        }
    }

    @Test func `a part that is synced does not hide that a sync of the whole never ended`() async {
        let world = World(["a": ["wave": 1, "v": 1], "b": ["wave": 2, "v": 1]])
        world.policy.apply = .manual
        await world.run(.person)
        let first = world.newest
        world.commit(["a": ["wave": 1, "v": 2], "b": ["wave": 2, "v": 2]])
        await world.run(.person, killedAfter: 7)
        #expect(world.record.openSync != nil && world.target.withState { $0.live[object("a")]?["v"] } == 2)
        // Git goes back; of that, one object is asked for.
        world.newest = first
        await world.run(ask("b"))
        #expect(!world.record.isSettled, "a still has other content")
        #expect(await world.run()?.state == .pending)
    }

    @Test func `two who ask get what both ask for`() {
        let (a, b) = (object("a"), object("b"))
        var job = ask("a")
        job.merge(ask("b", pruning: true))
        #expect(job.part == SyncPart(objects: [a, b], pruned: [b]))
        job.merge(.commit)
        #expect(job.part == SyncPart(objects: [a, b], pruned: [b]))
        job.merge(.person)
        #expect(job.part == SyncPart(objects: nil, pruned: [b]))
    }

    @Test(arguments: [
        SyncPart.whole, SyncPart(objects: nil, pruned: nil), SyncPart(objects: [], pruned: []),
        SyncPart(objects: [object("a")], pruned: nil), SyncPart(objects: [object("a")], pruned: [object("b")]),
    ])
    func `a part comes back as it was recorded`(part: SyncPart) {
        #expect(SyncPart(part.value) == part)
        let blocked = PlanBlocked(plan: Digest(of: [1]), render: Digest(of: [2]), reason: "r", part: part)
        #expect(PlanBlocked(blocked.value) == blocked)
    }
}
