// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// The wall clock jumps, the monotonic one does not.
@Suite struct ClockTests {
    @Test(arguments: [-86_400 * 400, -3600, -1, 86_400 * 400])
    func `a wall clock that jumps stops no sync and no healing`(seconds: Int64) async {
        let world = World(["a": 1])
        await world.run()
        world.wall = world.wall.advanced(by: .seconds(seconds))
        world.commit(["a": 2])
        #expect(await world.run()?.state == .inSync)
        world.wall = world.wall.advanced(by: .seconds(seconds))
        world.target.edit(object("a"), 7)
        #expect(await world.run(.drift("a"))?.state == .inSync)
        #expect(world.target.withState { $0.live[object("a")] } == 2)
        #expect(world.record.history.count == 2)
        #expect(await world.run(.audit)?.state == .inSync)
    }

    @Test func `a fight is counted by the monotonic clock`() async {
        let world = World(["a": 1])
        await world.run()
        for round in 0...FightLedger.rounds {
            world.target.edit(object("a"), .number(Number(Int64(100 + round))))
            let state = await world.run(.drift("a"))?.state
            #expect(state == (round < FightLedger.rounds ? .inSync : .blocked))
            world.wall = world.wall.advanced(by: .seconds(-86_400))
        }
    }

    @Test func `a pause whose end moved away still says when, and a person can end it`() async {
        let world = World(["a": 1])
        await world.run()
        let until = world.wall.advanced(by: .seconds(60))
        world.write([Paused(until: until, reason: "lunch").draft(of: world.unit, by: Actor("user:alice"))])
        world.wall = world.wall.advanced(by: .seconds(-86_400))
        let paused = await world.run()
        #expect(paused?.state == .paused)
        #expect(paused?.reason.string.contains("until \(until)") == true)
        world.write([Resumed(reason: "back").draft(of: world.unit)])
        #expect(await world.run()?.state == .inSync)
    }
}
