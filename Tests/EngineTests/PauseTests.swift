// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Manifest
import Model
import TestSupport
import Testing

@Suite struct PauseTests {
    private func paused() async -> World {
        let world = World(["a": 1, "b": 2])
        await world.run()
        let pause = Paused(until: world.wall.advanced(by: .seconds(60)), reason: "an outage")
        world.write([pause.draft(of: world.unit)])
        return world
    }

    @Test(arguments: [Job.drift("a"), .audit])
    func `drift in a pause is recorded once and put back at its end`(job: Job) async {
        let world = await paused()
        world.target.edit(object("a"), 7)
        for _ in 0..<3 { #expect(await world.run(job)?.state == .paused) }
        #expect(world.kinds().count { $0 == .drifted } == 1)
        #expect(world.target.withState { $0.live[object("a")] } == 7)
        world.pass(.seconds(61))
        #expect(await world.run()?.state == .inSync)
        #expect(world.target.withState { $0.live[object("a")] } == 1)
    }

    @Test func `drift that a hand undoes in a pause is closed when somebody looked there`() async {
        let world = await paused()
        world.target.edit(object("a"), 7)
        await world.run(.drift("a"))
        await world.run(.drift("b"))
        #expect(world.record.drift != nil, "a look at another object says nothing of this one")
        world.target.edit(object("a"), 1)
        await world.run(.drift("a"))
        #expect(world.record.drift == nil)
    }

    @Test(arguments: 0..<8)
    func `a run that began before the pause begins no sync in it`(step: Int) async throws {
        for job in [Job.commit, .drift("a"), .audit] {
            let world = World(["a": 1, "b": 2])
            await world.run()
            if job == .commit { world.commit(["a": 5]) } else { world.target.edit(object("a"), 7) }
            let pause = Paused(until: world.wall.advanced(by: .seconds(60)), reason: "an outage")
            await world.run(
                job,
                interrupt: { count in
                    if count == step { world.write([pause.draft(of: world.unit)]) }
                    return nil
                })
            let since = world.kinds().drop { $0 != .paused }
            #expect(!since.contains(.syncStarted), "\(job) at step \(step): \(since)")
        }
    }

    @Test func `a pause applies no commit and is no failure while the target is down`() async {
        let world = await paused()
        world.commit(["a": 5])
        #expect(await world.run()?.state == .paused)
        world.target.withState { $0.isDown = true }
        #expect(await world.run(.audit)?.state == .paused)
        #expect(world.record.failure.isEmpty)
        #expect(world.target.withState { $0.live.count } == 2)
    }
}
