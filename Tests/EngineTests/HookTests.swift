// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import TestSupport
import Testing

@Suite struct HookTests {
    private func hook(_ phases: Hook.Phase..., weight: Int = 0, deletedAfter: Set<Hook.End> = []) -> Hook {
        Hook(phases: Set(phases), weight: weight, deletedAfter: deletedAfter)
    }

    /// What was begun, in its order, as `+name` and `-name`.
    private func acts(_ world: World) -> [String] {
        world.events.compactMap { $0.payload(as: Intent.self) }.flatMap { intent in
            intent.changes.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { action, objects in
                objects.keys.sorted().map { "\(action == .delete ? "-" : "+")\($0.name)" }
            }
        }
    }

    private func live(_ world: World) -> [Text] { world.target.withState { $0.live.keys.map(\.name).sorted() } }

    @Test func `hooks run around the waves, by weight, and what is done is tidied up`() async {
        let world = World()
        world.commit(
            ["a": ["wave": 1], "b": ["wave": 3]],
            hooks: [
                "late": hook(.beforeSync, weight: 5, deletedAfter: [.succeeded]),
                "early": hook(.beforeSync, weight: -5),
                "between": hook(.duringSync, weight: 1), "after": hook(.afterSync),
            ])
        #expect(await world.run()?.state == .inSync)
        #expect(acts(world) == ["+early", "+late", "-late", "+a", "+between", "+b", "+after"])
        #expect(live(world) == ["a", "after", "b", "between", "early"])
        #expect(Set(world.record.inventory.entries.keys.map(\.name)) == ["a", "after", "b", "between", "early"])
        #expect(world.target.withState { $0.inventories[world.unit] } == world.record.inventory.claim)
    }

    @Test func `a second look runs no hook, and deletes none that was left`() async {
        let world = World()
        world.commit(["a": 1], hooks: ["migrate": hook(.beforeSync)])
        await world.run()
        let events = world.events.count
        for job in [Job.commit, .audit, .drift("a")] { #expect(await world.run(job)?.state == .inSync) }
        #expect(world.events.count == events)
        #expect(live(world) == ["a", "migrate"])
    }

    @Test func `what an earlier run left is cleared before a hook runs again`() async {
        let world = World()
        world.commit(["a": 1], hooks: ["migrate": hook(.beforeSync)])
        await world.run()
        world.commit(["a": 2], hooks: ["migrate": hook(.beforeSync)])
        #expect(await world.run()?.state == .inSync)
        #expect(acts(world) == ["+migrate", "+a", "-migrate", "+migrate", "+a"])
    }

    @Test func `a hook that is declared no more is deleted like any object`() async {
        let world = World()
        world.commit(["a": 1], hooks: ["migrate": hook(.beforeSync)])
        await world.run()
        world.commit(["a": 1])
        #expect(await world.run()?.state == .inSync)
        #expect(live(world) == ["a"])
    }

    @Test func `a hook that fails stops the sync, and those for failures run`() async {
        let world = World()
        world.commit(
            ["a": 1],
            hooks: [
                "migrate": hook(.beforeSync, deletedAfter: [.failed]), "alarm": hook(.onFailure),
                "after": hook(.afterSync),
            ])
        world.target.withState { $0.health[object("migrate")] = HealthReport(.degraded, reason: "exit status 1") }
        let conclusion = await world.run()
        #expect(conclusion?.state == .failed)
        #expect(conclusion?.reason == "the hook File/migrate failed: exit status 1")
        #expect(conclusion?.again == .afterBackoff)
        #expect(acts(world) == ["+migrate", "-migrate", "+alarm"])
        #expect(world.record.applied == nil)
    }

    @Test func `a hook that never ends is given up after its deadline`() async {
        let world = World()
        var slow = hook(.beforeSync)
        slow.deadline = .seconds(30)
        world.commit(["a": 1], hooks: ["migrate": slow])
        world.target.withState { state in
            state.health[object("migrate")] = HealthReport(.progressing, reason: "0 of 1 runs are complete")
            state.explanations[object("migrate")] = "Pod migrate-x: ErrImagePull"
        }
        let began = world.monotonic
        let reason = await world.run()?.reason.string ?? ""
        #expect(reason.hasPrefix("the hook File/migrate is Progressing after"))
        #expect(reason.hasSuffix(": 0 of 1 runs are complete: Pod migrate-x: ErrImagePull"))
        #expect(1...2 ~= world.target.withState { $0.explained }, "when its time is as good as up")
        #expect(world.monotonic.duration(since: began) < .seconds(40))
        #expect(live(world) == ["migrate"])
    }

    @Test func `looks that hang count towards the deadline of a hook, and of a wave`() async {
        let world = World()
        var slow = hook(.beforeSync)
        slow.deadline = .seconds(60)
        world.healthTakes = .seconds(25)
        world.commit(["a": 1], hooks: ["migrate": slow])
        world.target.withState { $0.health[object("migrate")] = HealthReport(.progressing) }
        var began = world.monotonic
        #expect(await world.run()?.reason == "the hook File/migrate is Progressing after 79.0 seconds")
        #expect(world.monotonic.duration(since: began) < .seconds(80))

        world.policy.deadline = .seconds(60)
        world.commit(["a": ["wave": 1], "b": ["wave": 2]])
        world.target.withState { $0.health[object("a")] = HealthReport(.progressing) }
        began = world.monotonic
        #expect(await world.run()?.state == .failed)
        #expect(world.monotonic.duration(since: began) < .seconds(80))
    }

    @Test func `a hook that cannot be looked at is awaited, not taken to be done`() async {
        let world = World()
        world.commit(["a": 1], hooks: ["migrate": hook(.beforeSync, deletedAfter: [.succeeded])])
        world.target.withState { $0.health[object("migrate")] = HealthReport(.unknown, reason: "timed out") }
        #expect(await world.run()?.reason.string.hasPrefix("the hook File/migrate is Unknown after") == true)
        #expect(acts(world) == ["+migrate"])
        world.target.withState { $0.health = [:] }
        #expect(await world.run()?.state == .inSync)
        #expect(live(world) == ["a"])
    }

    @Test func `a wave that fails runs the hooks for failures, and none that comes after`() async {
        let world = World()
        world.commit(["a": 1], hooks: ["alarm": hook(.onFailure), "after": hook(.afterSync)])
        world.target.withState { $0.broken[object("a")] = "disk full" }
        #expect(await world.run()?.reason == "File/a: disk full")
        #expect(acts(world) == ["+a", "+alarm"])
    }

    @Test func `hooks after a sync wait until all objects are well`() async {
        let world = World()
        world.commit(["a": 1], hooks: ["after": hook(.afterSync)])
        world.target.withState { $0.health[object("a")] = HealthReport(.progressing) }
        #expect(await world.run()?.state == .failed)
        #expect(live(world) == ["a"])
        world.target.withState { $0.health = [:] }
        #expect(await world.run()?.state == .inSync)
        #expect(live(world) == ["a", "after"])
    }

    @Test func `putting drift back and rolling back run no hooks`() async throws {
        let world = World()
        world.commit(["a": 1], hooks: ["migrate": hook(.beforeSync)])
        await world.run()
        world.target.edit(object("a"), 7)
        #expect(await world.run(.drift("a"))?.state == .inSync)
        world.commit(["a": 2], hooks: ["migrate": hook(.beforeSync)])
        await world.run()
        let before = acts(world).count
        let bad = try #require(world.record.applied).render
        world.write([MarkedBad(renders: [bad], reason: "slow").draft(of: world.unit)])
        #expect(await world.run()?.state == .inSync)
        #expect(acts(world).dropFirst(before) == ["+a"])
        #expect(world.target.withState { $0.live[object("a")] } == 1)
    }

    @Test func `a changed hook alone is a new version`() async {
        let world = World()
        world.commit(["a": 1], hooks: ["migrate": hook(.beforeSync)])
        await world.run()
        world.commit(["a": 1], hooks: ["migrate": hook(.beforeSync, .onFailure)])
        await world.run()
        #expect(acts(world) == ["+migrate", "+a", "-migrate", "+migrate"])
    }

    @Test func `a foreign claim on a hook blocks`() async {
        let world = World()
        world.commit(["a": 1], hooks: ["migrate": hook(.beforeSync)])
        world.target.withState { $0.owners[object("migrate")] = unit("other") }
        #expect(await world.run()?.state == .blocked)
        #expect(world.target.withState { $0.writes } == 0)
    }

    @Test func `a removed application runs its hooks around the deletion and leaves nothing`() async throws {
        let world = World()
        world.policy.onRemoval = .delete
        world.commit(
            ["a": 1],
            hooks: ["backup": hook(.beforeDeletion), "goodbye": hook(.afterDeletion), "migrate": hook(.beforeSync)])
        await world.run()
        let before = acts(world).count
        world.isRemoved = true
        let plan = try #require(await world.run()?.plan)
        world.write([Confirmed(plan: plan.digest, reason: "").draft(of: world.unit)])
        await world.run()
        #expect(acts(world).dropFirst(before) == ["+backup", "-backup", "-a", "-migrate", "+goodbye", "-goodbye"])
        await world.run()
        #expect(live(world) == [])
        #expect(world.record.isRemoved)
    }

    @Test func `a heal of some objects does not forget the hooks around the deletion`() async throws {
        let world = World()
        world.policy.onRemoval = .delete
        world.commit(["a": 1], hooks: ["backup": hook(.beforeDeletion)])
        await world.run()
        world.target.withState { $0.live[object("a")] = nil }
        #expect(await world.run(.drift("a"))?.state == .inSync)
        #expect(world.record.testament.hasDeletionHooks)
    }

    @Test func `what others lie in comes before all waves and hooks, and goes after them`() async throws {
        let world = World()
        world.foundations = [object("kind"), object("place")]
        world.policy.onRemoval = .delete
        world.commit(
            ["a": ["wave": -5], "kind": ["wave": 3], "place": ["wave": 9], "z": ["wave": 4]],
            hooks: ["migrate": hook(.beforeSync, deletedAfter: [.succeeded])])
        await world.run()
        #expect(acts(world) == ["+kind", "+place", "+migrate", "-migrate", "+a", "+z"])
        #expect(world.record.inventory.entries[object("place")]?.wave == 9)
        let before = acts(world).count
        world.isRemoved = true
        let plan = try #require(await world.run()?.plan)
        world.write([Confirmed(plan: plan.digest, reason: "").draft(of: world.unit)])
        await world.run()
        #expect(acts(world).dropFirst(before) == ["-z", "-a", "-place", "-kind"])
    }

    @Test(arguments: 0..<15)
    func `a kill at any step is made good`(steps: Int) async {
        let world = World()
        world.commit(
            ["a": 1], hooks: ["migrate": hook(.beforeSync, deletedAfter: [.succeeded]), "after": hook(.afterSync)])
        await world.run(killedAfter: steps)
        for _ in 0..<2 { await world.run() }
        #expect(live(world) == ["a", "after"])
        #expect(Set(world.record.inventory.entries.keys.map(\.name)) == ["a", "after"])
        let events = world.events.count
        await world.run(.audit)
        #expect(world.events.count == events)
    }
}
