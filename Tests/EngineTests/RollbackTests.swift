// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import TestSupport
import Testing

@Suite struct RollbackTests {
    private func twoVersions() async -> World {
        let world = World(["a": 1])
        await world.run()
        world.pass(.seconds(60))
        world.commit(["a": 2])
        await world.run()
        return world
    }

    private func markBad(_ world: World) {
        world.write([MarkedBad(renders: [world.newest.digest], reason: "broken").draft(of: world.unit)])
    }

    @Test func `a rollback goes to the last content that was Healthy and stays there`() async {
        let world = await twoVersions()
        markBad(world)
        let conclusion = await world.run()
        #expect(conclusion?.state == .inSync)
        #expect(conclusion?.reason.string.contains("marked bad") == true)
        #expect(world.target.withState { $0.live[object("a")] } == 1)
        #expect(world.record.history.last?.cause == .rollback)
        let events = world.events.count
        await world.run(.audit)
        #expect(world.events.count == events)
    }

    @Test func `automation stays on: other content is applied, the same content by another commit is not`() async {
        let world = await twoVersions()
        markBad(world)
        await world.run()
        world.commit(["a": 2])
        await world.run()
        #expect(world.target.withState { $0.live[object("a")] } == 1)
        world.commit(["a": 3])
        #expect(await world.run()?.state == .inSync)
        #expect(world.target.withState { $0.live[object("a")] } == 3)
    }

    @Test func `drift is healed to the content that was rolled back to`() async {
        let world = await twoVersions()
        markBad(world)
        await world.run()
        world.target.edit(object("a"), 9)
        #expect(await world.run(.drift("a"))?.state == .inSync)
        #expect(world.target.withState { $0.live[object("a")] } == 1)
    }

    @Test func `with nothing to go back to the unit is blocked as it is`() async {
        let world = World(["a": 1])
        await world.run()
        markBad(world)
        #expect(await world.run()?.state == .blocked)
        #expect(world.target.withState { $0.live[object("a")] } == 1)
    }

    @Test func `an object that cannot be looked at does not hide one that fails`() async {
        for found in [Health.degraded, .missing] {
            let world = World(["a": 1, "b": 1])
            world.policy.rollbackWithin = .seconds(900)
            await world.run()
            world.commit(["a": 2, "b": 1])
            world.target.withState {
                $0.health[object("a")] = HealthReport(found, reason: "exits with 1")
                $0.health[object("b")] = HealthReport(.unknown, reason: "timed out")
            }
            #expect(await world.run()?.again == .after(.zero))
            #expect(world.record.health == HealthReport(found, reason: "File/a: exits with 1"))
            #expect(world.record.bad == [world.newest.digest])
        }
        #expect(Health.allCases == Health.allCases.sorted())
    }

    @Test func `content that fails in time is rolled back by itself, once`() async {
        let world = World(["a": 1])
        world.policy.rollbackWithin = .seconds(900)
        await world.run()
        world.commit(["a": 2])
        world.target.withState { $0.health[object("a")] = HealthReport(.degraded, reason: "exits with 1") }
        #expect(await world.run()?.again == .after(.zero))
        world.target.withState { $0.health = [:] }
        await world.run()
        #expect(world.target.withState { $0.live[object("a")] } == 1)

        world.write([BadLifted(renders: [world.newest.digest], reason: "try again").draft(of: world.unit)])
        world.target.withState { $0.health[object("a")] = HealthReport(.degraded, reason: "exits with 1") }
        await world.run()
        #expect(await world.run()?.again == .after(.seconds(15)))
        #expect(world.target.withState { $0.live[object("a")] } == 2)
    }

    @Test func `health that fails after the window rolls nothing back`() async {
        let world = World(["a": 1])
        world.policy.rollbackWithin = .seconds(900)
        await world.run()
        world.commit(["a": 2])
        await world.run()
        world.pass(.seconds(901))
        world.target.withState { $0.health[object("a")] = HealthReport(.degraded) }
        await world.run(.audit)
        #expect(world.record.bad.isEmpty)
        #expect(world.record.health.health == .degraded)
    }
}
