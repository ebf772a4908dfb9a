// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// New content that others have to agree to.
@Suite struct ApprovalTests {
    private func world(count: Int = 2) async -> World {
        let world = World(["a": 1])
        await world.run()
        world.policy.approval = ApprovalRule(from: ["leads"], count: count)
        world.commit(["a": 2])
        return world
    }

    private func approve(
        _ world: World, _ plan: Plan, by name: Text, groups: [Text] = ["leads"], isBreakGlass: Bool = false
    ) {
        let approved = Approved(plan: plan.digest, groups: groups, isBreakGlass: isBreakGlass, reason: "")
        world.write([approved.draft(of: world.unit, by: Actor(name))])
    }

    @Test func `a plan waits until enough have agreed, each once`() async throws {
        let world = await world()
        let waiting = try #require(await world.run())
        #expect(waiting.state == .pending)
        #expect(waiting.reason == "waits for approval: 0 of 2: run trimtab approve")
        let plan = try #require(waiting.plan)
        approve(world, plan, by: "oidc:ada")
        approve(world, plan, by: "oidc:ada")
        #expect(await world.run(.person)?.reason == "waits for approval: 1 of 2, by oidc:ada: run trimtab approve")
        approve(world, plan, by: "oidc:bob")
        #expect(await world.run()?.state == .inSync)
        let started = world.events.compactMap { $0.payload(as: SyncStarted.self) }.last
        #expect(started?.approvers == ["oidc:ada", "oidc:bob"])
        #expect(started.map { SyncStarted($0.value) } == started)
        #expect(world.target.withState { $0.live.count } == 1)
        #expect(world.record.votes.isEmpty)
    }

    @Test func `those do not count who are in none of the groups`() async throws {
        let world = await world(count: 1)
        let plan = try #require(await world.run()?.plan)
        approve(world, plan, by: "oidc:eve", groups: ["others"])
        approve(world, plan, by: "user:root", groups: [])
        #expect(await world.run()?.state == .pending)
        world.write([Confirmed(plan: plan.digest, reason: "").draft(of: world.unit)])
        #expect(await world.run()?.state == .pending, "a confirmation is no approval")
        approve(world, plan, by: "oidc:ada", groups: ["others", "leads"])
        #expect(await world.run()?.state == .inSync)
    }

    @Test func `somebody who is named counts without a group`() async throws {
        let world = await world(count: 1)
        world.policy.approval = ApprovalRule(from: ["token:lead"])
        let plan = try #require(await world.run()?.plan)
        approve(world, plan, by: "token:other", groups: [])
        #expect(await world.run()?.state == .pending)
        approve(world, plan, by: "token:lead", groups: [])
        #expect(await world.run()?.state == .inSync)
    }

    @Test func `a part needs the same approvals, and one that is killed lets nothing else through`() async throws {
        for steps in 1..<16 {
            let world = World(["a": 1, "b": 1])
            await world.run()
            world.policy.approval = ApprovalRule(from: ["leads"], count: 1)
            world.commit(["a": 2, "b": 2])
            let part = SyncPart(objects: [object("a")], pruned: [])
            let job = Job(
                urgency: .person, scope: .whole(.metadata),
                request: .init(by: Actor("user:alice"), reason: "", part: part))
            let waiting = try #require(await world.run(job))
            #expect(waiting.reason == "waits for approval: 0 of 1: run trimtab approve")
            #expect(world.target.withState { $0.live[object("a")] } == 1)
            approve(world, try #require(waiting.plan), by: "oidc:ada")
            _ = await world.run(job, killedAfter: steps)
            for _ in 0..<3 { #expect(await world.run()?.state != .inSync, "after \(steps) steps") }
            #expect(world.target.withState { $0.live[object("b")] } == 1, "after \(steps) steps")
        }
    }

    @Test func `a plan that has changed needs new approvals`() async throws {
        let world = await world(count: 1)
        let plan = try #require(await world.run()?.plan)
        world.commit(["a": 3])
        approve(world, plan, by: "oidc:ada")
        #expect(await world.run()?.state == .pending)
        world.commit(["a": 2])
        #expect(await world.run()?.state == .inSync)
    }

    @Test func `one who says no holds it, until they agree`() async throws {
        let world = await world(count: 1)
        let plan = try #require(await world.run()?.plan)
        world.write([Rejected(plan: plan.digest, reason: "too early").draft(of: world.unit, by: Actor("oidc:bob"))])
        approve(world, plan, by: "oidc:ada")
        #expect(await world.run()?.reason == "rejected by oidc:bob: too early")
        approve(world, plan, by: "oidc:bob")
        #expect(await world.run()?.state == .inSync)
    }

    @Test func `breaking the glass does without the others, and outweighs a no`() async throws {
        let world = await world()
        let plan = try #require(await world.run()?.plan)
        world.write([Rejected(plan: plan.digest, reason: "").draft(of: world.unit, by: Actor("oidc:bob"))])
        approve(world, plan, by: "oidc:kim", groups: [], isBreakGlass: true)
        #expect(await world.run()?.state == .inSync)
    }

    @Test func `drift is put back without anybody's word`() async throws {
        let world = await world()
        #expect(await world.run()?.state == .pending)
        world.commit(["a": 1])
        await world.run()
        world.target.withState { $0.live[object("a")] = nil }
        #expect(await world.run(.drift("a"))?.state == .inSync)
    }

    @Test func `what was let through is finished after a kill, without being asked for again`() async throws {
        let world = World(["a": 1])
        await world.run()
        world.policy.approval = ApprovalRule(from: ["leads"])
        world.commit(["a": ["wave": 0, "x": 2], "b": ["wave": 1, "x": 2]])
        let plan = try #require(await world.run()?.plan)
        approve(world, plan, by: "oidc:ada")
        var steps = 0
        while await world.run(killedAfter: steps) == nil, world.record.openSync == nil { steps += 1 }
        #expect(world.record.openSync != nil)
        #expect(await world.run()?.state == .inSync)
        #expect(world.target.withState { $0.live.count } == 2)
    }
}
