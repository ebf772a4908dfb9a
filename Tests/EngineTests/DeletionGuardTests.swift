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
}
