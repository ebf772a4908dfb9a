// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import TestSupport
import Testing

@Suite struct DeletionGuardTests {
    private func objects(_ count: Int) -> [Text: Value] {
        var objects: [Text: Value] = [:]
        for index in 0..<count { objects[Text("o\(index)")] = 1 }
        return objects
    }

    @Test(arguments: [(100, 90, true), (100, 89, false), (20, 15, true), (20, 14, false), (3, 1, true)])
    func `more than five and more than a tenth waits`(before: Int, after: Int, goes: Bool) async {
        let world = World(objects(before))
        await world.run()
        world.commit(objects(after))
        #expect(await world.run()?.state == (goes ? .inSync : .blocked))
        #expect(world.target.withState { $0.live.count } == (goes ? after : before))
    }

    @Test func `nothing at all never means delete all`() async throws {
        let world = World(objects(2))
        await world.run()
        world.commit([:])
        let blocked = try #require(await world.run())
        #expect(blocked.state == .blocked)
        #expect(blocked.reason.string.hasPrefix("the plan deletes all 2 objects"))
        world.write([Confirmed(plan: try #require(blocked.plan).digest, reason: "").draft(of: world.unit)])
        #expect(await world.run()?.state == .inSync)
        #expect(world.target.withState { $0.live.isEmpty })
    }

    @Test func `a confirmation holds for its plan only`() async throws {
        let world = World(objects(20))
        await world.run()
        world.commit(objects(10))
        let plan = try #require(await world.run()?.plan)
        world.write([Confirmed(plan: plan.digest, reason: "").draft(of: world.unit)])
        world.commit(objects(9))
        #expect(await world.run()?.state == .blocked)
        world.commit(objects(10))
        #expect(await world.run()?.state == .inSync)
    }

    @Test func `a protected object waits for a person, however few are deleted`() async throws {
        let world = World(objects(20))
        world.protected = [object("o3")]
        await world.run()
        world.commit(objects(20).filter { $0.key != "o3" && $0.key != "o4" })
        let blocked = try #require(await world.run())
        #expect(blocked.state == .blocked)
        #expect(blocked.reason.string.hasPrefix("the plan deletes File/o3, and what lies in it or depends on it"))
        #expect(await world.run(.audit)?.state == .blocked)
        #expect(world.target.withState { $0.live.count } == 20, "what could go by itself is part of the plan")
        world.write([Confirmed(plan: try #require(blocked.plan).digest, reason: "").draft(of: world.unit)])
        #expect(await world.run()?.state == .inSync)
        #expect(world.target.withState { $0.live[object("o3")] == nil && $0.live.count == 18 })
    }

    @Test func `a change of a protected object waits for nobody`() async {
        let world = World(objects(3))
        world.protected = [object("o1")]
        await world.run()
        world.commit(objects(3).merging(["o1": 2]) { $1 })
        #expect(await world.run()?.state == .inSync)
        #expect(world.target.withState { $0.live[object("o1")] } == 2)
    }

    @Test func `what waits goes on waiting when the target reports something`() async throws {
        let world = World(["a": 1])
        await world.run()
        // Half of the next version came, and Git goes back.
        world.commit(objects(20).merging(["a": 1]) { $1 })
        world.target.withState { $0.broken[object("o7")] = "disk full" }
        #expect(await world.run()?.state == .failed)
        world.target.withState { $0.broken = [:] }
        world.commit(["a": 1])
        let blocked = try #require(await world.run())
        #expect(blocked.state == .blocked && blocked.plan?.changes.count { $0.action == .delete } == 20)
        let events = world.events.count
        for job in [Job.drift("a"), .drift("o3"), .audit] {
            #expect(await world.run(job)?.state == .blocked)
            #expect(world.record.blocked?.plan == blocked.plan?.digest && !world.record.isWhole)
        }
        #expect(world.events.count == events)
        world.write([Confirmed(plan: try #require(blocked.plan).digest, reason: "").draft(of: world.unit)])
        #expect(await world.run(.drift("a"))?.state == .inSync)
        #expect(world.target.withState { Array($0.live.keys) } == [object("a")])
    }

    @Test func `an application that leaves the fleet leaves its objects`() async {
        let world = World(objects(2))
        await world.run()
        world.isRemoved = true
        await world.run()
        #expect(world.target.withState { $0.live.count } == 2)
        #expect(world.target.withState { $0.inventories.isEmpty && $0.owners.isEmpty })
        #expect(world.record.isRemoved && world.record.inventory.entries.isEmpty)
        let events = world.events.count
        await world.run()
        #expect(world.events.count == events)
    }

    @Test func `one that says delete waits for a confirmation and then takes them along`() async throws {
        let world = World(objects(2))
        await world.run()
        world.isRemoved = true
        world.policy.onRemoval = .delete
        let plan = try #require(await world.run()?.plan)
        #expect(world.target.withState { $0.live.count } == 2)
        world.write([Confirmed(plan: plan.digest, reason: "").draft(of: world.unit)])
        #expect(await world.run()?.again == .after(.zero))
        await world.run()
        #expect(world.target.withState { $0.live.isEmpty && $0.inventories.isEmpty })
        #expect(world.record.isRemoved)
    }

    @Test func `a target is told what was applied before, by which it knows that its own record was lost`() async {
        func wasApplied(_ inventory: Inventory?) -> [ObjectID: Bool] {
            Dictionary(
                (inventory?.entries ?? Inventory.Entries()).map { ($0.key, $0.value.applied != nil) },
                uniquingKeysWith: { first, _ in first })
        }
        let world = World(["a": 1])
        await world.run()
        #expect(world.stored.map { wasApplied($0) } == [[object("a"): false]])
        await world.run(.audit)
        #expect(world.stored.last == world.record.inventory)
        #expect(wasApplied(world.stored.last) == [object("a"): true])
        world.commit(["a": 1, "b": 1])
        await world.run()
        #expect(wasApplied(world.stored.last) == [object("a"): true, object("b"): false])
    }

    @Test func `after the journal was lost, what only the target knows of goes when a person agrees`() async throws {
        let world = World(["a": 1, "b": 1])
        await world.run()
        world.target.withState { $0.live[object("foreign")] = 9 }
        world.record = UnitRecord()
        world.commit(["a": 1])
        let blocked = try #require(await world.run())
        #expect(blocked.state == .blocked)
        #expect(blocked.reason.string.contains("File/b, which only the target's own inventory names"))
        #expect(world.kinds().contains(.inventoryRecovered) && world.kinds().last == .planBlocked)
        #expect(world.target.withState { $0.live[object("b")] } == 1)
        // Known by now, it is not read again.
        #expect(await world.run()?.state == .blocked)
        #expect(world.kinds().count { $0 == .inventoryRecovered } == 1)
        world.write([Confirmed(plan: try #require(blocked.plan).digest, reason: "").draft(of: world.unit)])
        #expect(await world.run()?.state == .inSync)
        #expect(world.target.withState { $0.live } == [object("a"): 1, object("foreign"): 9])
        #expect(world.record.recovered.isEmpty)
        #expect(world.target.withState { $0.inventories[world.unit] } == world.record.inventory.claim)
    }

    @Test func `a unit that is let go is let go by its own record, too`() async {
        let world = World(["a": 1, "b": 1])
        await world.run()
        world.target.withState { $0.inventories = [:] }
        world.isRemoved = true
        #expect(await world.run()?.state == .inSync)
        #expect(world.released.map { $0.entries.keys.sorted() } == [[object("a"), object("b")]])
        #expect(world.record.isRemoved && world.target.withState { $0.live.count } == 2)
    }

    @Test func `after the journal was lost, what Git still names is ours without a write`() async {
        let world = World(["a": 1, "b": 1])
        await world.run()
        let writes = world.target.withState { $0.writes }
        world.record = UnitRecord()
        #expect(await world.run()?.state == .inSync)
        #expect(world.target.withState { $0.writes } == writes)
        #expect(world.record.inventory.entries.count == 2 && world.record.recovered.isEmpty)
        // From now on it goes like anything else.
        world.commit(["a": 1])
        #expect(await world.run()?.state == .inSync)
        #expect(world.target.withState { $0.live } == [object("a"): 1])
    }

    @Test func `a unit that only its target still knows is told, and goes when a person agrees`() async throws {
        let world = World(["a": 1, "b": 1])
        await world.run()
        world.target.withState { $0.live[object("foreign")] = 9 }
        world.record = UnitRecord()
        world.isRemoved = true
        world.policy.onRemoval = .delete
        let blocked = try #require(await world.run())
        #expect(blocked.state == .blocked && blocked.reason.string.contains("the journal was lost"))
        #expect(world.target.withState { $0.live.count } == 3)
        #expect(world.record.testament.project == "shop" && world.record.testament.onRemoval == "delete")
        #expect(await world.run()?.state == .blocked)
        #expect(world.kinds().count { $0 == .inventoryRecovered } == 1)
        world.write([Confirmed(plan: try #require(blocked.plan).digest, reason: "").draft(of: world.unit)])
        await world.run()
        await world.run()
        #expect(world.target.withState { $0.live } == [object("foreign"): 9])
        #expect(world.target.withState { $0.inventories.isEmpty } && world.record.isRemoved)
    }

    @Test func `one of which nothing is left anywhere is no trouble`() async {
        let world = World(["a": 1])
        world.isRemoved = true
        #expect(await world.run()?.state == .inSync)
        #expect(world.events.isEmpty && world.target.withState { $0.writes } == 0)
    }
}
