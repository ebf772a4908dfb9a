// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Manifest
import Model
import TestSupport
import Testing

/// Random commits, hands, faults and kills; whatever happened, the unit converges when the world is left alone.
@Suite struct RandomWalkTests {
    @Test(arguments: 0..<60)
    func `any walk ends converged, with nothing lost and nothing foreign touched`(seed: UInt64) async {
        var random = SplitMix(seed: seed)
        let world = World(["a": 1])
        let foreign = object("foreign")
        world.target.withState { $0.live[foreign] = 9 }
        let names: [Text] = ["a", "b", "c", "d"]
        for _ in 0..<40 {
            let name = names[Int.random(in: 0..<names.count, using: &random)]
            let number = Value.number(Number(Int64.random(in: 0..<5, using: &random)))
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1:
                var objects: [Text: Value] = ["a": number]
                for name in names where Bool.random(using: &random) {
                    objects[name] = ["n": number, "wave": .number(Number(Int64.random(in: -1...1, using: &random)))]
                }
                world.commit(objects)
            case 2: world.target.edit(object(name), Bool.random(using: &random) ? number : nil)
            case 3: world.target.withState { $0.broken[object(name)] = "stuck" }
            case 4: world.target.withState { $0.broken = [:] }
            case 5: world.pass(.seconds(200))
            default: break
            }
            let jobs: [Job] = [.commit, .audit, .drift(name), .person]
            let job = jobs[Int.random(in: 0..<jobs.count, using: &random)]
            let steps = Bool.random(using: &random) ? Int.random(in: 0..<9, using: &random) : .max
            await world.run(job, killedAfter: steps)
            checkInvariants(world, foreign)
        }
        world.target.withState { $0.broken = [:] }
        world.pass(FightLedger.window)
        for _ in 0..<3 { await world.run(.person) }
        let wanted = Dictionary(uniqueKeysWithValues: world.newest.objects.map { ($0.id, $0.manifest) })
        let live = world.target.withState { state in state.live.filter { state.owners[$0.key] != nil } }
        #expect(live == wanted)
        #expect(Set(world.record.inventory.entries.keys) == Set(wanted.keys))
        let (writes, events) = (world.target.withState { $0.writes }, world.events.count)
        await world.run(.audit)
        #expect(world.target.withState { $0.writes } == writes && world.events.count == events)
    }

    private func checkInvariants(_ world: World, _ foreign: ObjectID) {
        let state = world.target.withState { ($0.live[foreign], $0.owners, $0.inventories[world.unit]) }
        #expect(state.0 == 9)
        for id in state.1.keys {
            #expect(world.record.inventory.entries[id] != nil, "the journal forgot \(id)")
            #expect(state.2?.entries[id] != nil, "the target's inventory forgot \(id)")
        }
    }
}
