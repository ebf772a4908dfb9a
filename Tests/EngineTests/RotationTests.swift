// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// A secret that changes in its store is another version of the unit, though nothing changed in Git.
@Suite struct RotationTests {
    private func applied() async -> World {
        let world = World(["a": 1, "b": 1])
        world.rotate("a", to: 10, version: "1")
        await world.run()
        return world
    }

    private func live(_ world: World, _ name: Text) -> Value? { world.target.withState { $0.live[object(name)] } }

    @Test func `that a secret was given out is on record before anything is done with it, and once`() async throws {
        let world = await applied()
        let kinds = world.kinds()
        let read = try #require(kinds.firstIndex(of: .secretsRead))
        #expect(read < (try #require(kinds.firstIndex(of: .syncStarted))))
        #expect(world.record.secrets == [SecretAccess(place: "vault:a", keys: ["value"], version: "1")])
        #expect(world.record.applied?.version.secrets == ["vault:a": "1"])
        let events = world.events.count
        await world.run()
        await world.run(.audit)
        #expect(world.events.count == events, "a look that finds nothing new writes nothing")
    }

    @Test func `another version is synced as a commit is, whatever becomes of drift`() async {
        let world = await applied()
        world.policy.drift = .observe
        world.rotate("a", to: 20, version: "2")
        #expect(await world.run()?.state == .inSync)
        #expect(live(world, "a") == 20)
        #expect(world.record.applied?.version.secrets == ["vault:a": "2"])
        #expect(world.record.history.last?.cause == .commit)
        #expect(!world.kinds().contains(.drifted))
    }

    @Test func `what stands where a secret was is not shown by the plan that replaces it`() async throws {
        let world = World(["a": 1, "b": 1])
        world.rotate("a", to: ["key": .secret(Secret("canary-4711"))], version: "1")
        await world.run()
        #expect(world.record.secretFields?.paths == [object("a"): [["key"]]])
        // As a target tells it, which does not know what is secret.
        world.target.edit(object("a"), ["key": "canary-4711"])
        world.policy.apply = .manual
        world.commit(["a": 7, "b": 2])
        let plan = try #require(await world.run()?.plan)
        let fields = Dictionary(plan.changes.map { ($0.object, $0.fields) }) { first, _ in first }
        #expect(fields[object("a")]?.first?.old?.holdsSecret == true && fields[object("a")]?.first?.new == 7)
        #expect(fields[object("b")]?.first?.old == 1)
        #expect(!String(describing: plan).contains("canary"))
        // Nor later: nobody knows what somebody has put there.
        #expect(world.record.secrets.isEmpty && world.record.secretFields?.isEmpty == false)
    }

    @Test func `where new versions wait for a person, so does this one`() async {
        let world = await applied()
        world.policy.apply = .manual
        world.rotate("a", to: 20, version: "2")
        #expect(await world.run()?.state == .pending)
        #expect(await world.run()?.state == .pending)
        #expect(live(world, "a") == 10)
        #expect(world.kinds().filter { $0 == .secretsRead }.count == 2)
        #expect(await world.run(.person)?.state == .inSync)
        #expect(live(world, "a") == 20)
    }

    @Test func `drift of one object and a rotated secret of another are both put right`() async {
        let world = await applied()
        world.rotate("a", to: 20, version: "2")
        world.target.edit(object("b"), 9)
        #expect(await world.run(.drift("b"))?.state == .inSync)
        #expect(live(world, "a") == 20)
        #expect(live(world, "b") == 1)
    }

    @Test func `healing goes on with the secrets that are applied`() async {
        let world = await applied()
        world.target.edit(object("a"), 9)
        #expect(await world.run(.drift("a"))?.state == .inSync)
        #expect(live(world, "a") == 10)
        #expect(world.record.applied?.version.secrets == ["vault:a": "1"])
        #expect(world.kinds().filter { $0 == .secretsRead }.count == 1)
    }

    @Test func `a rotated secret that breaks something is not blamed on the content`() async {
        let world = await applied()
        world.policy.rollbackWithin = .seconds(900)
        world.commit(["a": 2, "b": 2])
        await world.run()
        world.pass(.seconds(2000))
        world.rotate("a", to: 20, version: "2")
        world.target.withState { $0.health[object("a")] = HealthReport(.degraded) }
        await world.run()
        await world.run(.audit)
        #expect(world.record.bad.isEmpty)
    }

    @Test func `in a pause a rotated secret waits, and is nobody's drift`() async {
        let world = await applied()
        world.write([Paused(until: world.wall.advanced(by: .seconds(600)), reason: "").draft(of: world.unit)])
        world.rotate("a", to: 20, version: "2")
        #expect(await world.run(.audit)?.state == .paused)
        #expect(live(world, "a") == 10)
        #expect(!world.kinds().contains(.drifted))
    }

    @Test func `a part of a unit takes nothing off the record of its secrets`() {
        let known = [
            SecretAccess(place: "vault:a", keys: ["password", "user"], version: "1"),
            SecretAccess(place: "vault:b", keys: ["value"], version: "1"),
        ]
        #expect(known.merging([SecretAccess(place: "vault:a", keys: ["user"], version: "1")]) == known)
        #expect(
            known.merging([SecretAccess(place: "vault:b", keys: ["other"], version: "1")]).last?.keys
                == ["other", "value"])
        #expect(
            known.merging([SecretAccess(place: "vault:a", keys: ["user"], version: "2")]).map(\.version)
                == ["2", "1"])
    }

    @Test func `a cancelled version that is applied is healed all the same, whatever its secrets`() async {
        let world = await applied()
        world.write([Cancelled(version: world.newest.version, reason: "").draft(of: world.unit)])
        world.target.edit(object("a"), 9)
        #expect(await world.run(.audit)?.state == .inSync)
        #expect(live(world, "a") == 10)
    }

    @Test func `while a store is away nothing has failed, and what is applied stays`() async {
        let world = await applied()
        let events = world.events.count
        world.isStoreAway = true
        for _ in 0..<3 {
            let conclusion = await world.run(.audit)
            #expect(conclusion?.state == .pending && conclusion?.again == .afterBackoff)
            #expect(conclusion?.reason == "vault:a: unreachable")
        }
        #expect(world.events.count == events, "nothing is to be told of a unit with which nothing is wrong")
        #expect(live(world, "a") == 10 && world.record.isSettled)
        world.isStoreAway = false
        world.rotate("a", to: 20, version: "2")
        #expect(await world.run()?.state == .inSync)
        #expect(live(world, "a") == 20)
    }

    @Test func `what a deletion runs is given its secrets on record, and what is deleted none`() async throws {
        let world = World()
        world.policy.onRemoval = .delete
        world.commit(["a": 1], hooks: ["backup": Hook(phases: [.beforeDeletion])])
        world.rotate("a", to: 10, version: "1")
        world.rotate("backup", to: 10, version: "1")
        await world.run()
        world.rotate("a", to: 20, version: "2")
        world.rotate("backup", to: 20, version: "2")
        world.isRemoved = true
        let plan = try #require(await world.run()?.plan)
        world.write([Confirmed(plan: plan.digest, reason: "").draft(of: world.unit)])
        let before = world.events.count
        await world.run(killedAfter: 1)
        let new = world.events.dropFirst(before)
        let read = try #require(new.first?.payload(as: SecretsRead.self))
        #expect(read.accesses.map(\.version) == ["1", "2"], "before anything else")
        #expect(new.map(\.kind).contains(.syncStarted))
    }

    @Test func `a killed rotation is finished by the next run`() async {
        for steps in 0..<12 {
            let world = await applied()
            world.rotate("a", to: 20, version: "2")
            await world.run(killedAfter: steps)
            #expect(await world.run()?.state == .inSync)
            #expect(live(world, "a") == 20, "killed after \(steps)")
            #expect(world.record.applied?.version.secrets == ["vault:a": "2"])
        }
    }

    @Test func `what is rotated amid a sync is on record as it was applied, and the next run brings the rest`() async {
        for steps in 0..<12 {
            let world = await applied()
            world.rotate("a", to: 20, version: "2")
            var isRotated = false
            await world.run(interrupt: { count in
                if count == steps {
                    world.rotate("a", to: 30, version: "3")
                    isRotated = true
                }
                return nil
            })
            guard isRotated else {
                #expect(steps > 3, "a sync has more steps")
                break
            }
            let recorded = world.record.applied?.version.secrets["vault:a"]
            let expected: Value = recorded == "1" ? 10 : recorded == "2" ? 20 : 30
            #expect(live(world, "a") == expected, "rotated after \(steps), on record is \(recorded ?? "none")")
            #expect(await world.run()?.state == .inSync)
            #expect(live(world, "a") == 30, "rotated after \(steps)")
            #expect(world.record.applied?.version.secrets == ["vault:a": "3"])
        }
    }
}
