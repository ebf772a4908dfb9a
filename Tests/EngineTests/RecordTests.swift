// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// What goes on record on the way from content to a sync.
@Suite struct RecordTests {
    private func last<P: Payload>(_ type: P.Type, in world: World) -> P? {
        world.events.last { $0.kind == P.kind }?.payload(as: type)
    }

    @Test func `content is on record when it is new, not when a commit brings it again`() async {
        let world = World(["a": 1])
        await world.run()
        world.commit(["a": 1])
        let events = world.events.count
        await world.run()
        #expect(world.events.count == events, "the same content by another commit")
        world.commit(["a": 1, "b": 2])
        await world.run()
        let rendered = last(ContentRendered.self, in: world)
        #expect(rendered?.render == world.newest.digest && rendered?.version == world.newest.version)
        #expect(rendered?.objects == 2)
        #expect(world.kinds().count { $0 == .rendered } == 2)
    }

    @Test func `a plan is on record with its objects and fields before it is carried out`() async throws {
        let world = World(["a": 1, "b": 2, "c": 3])
        await world.run()
        world.commit(["a": 7, "c": 3, "d": 4])
        await world.run()
        let planned = try #require(last(Planned.self, in: world))
        #expect(planned.counts == ChangeCounts(create: 1, update: 1, delete: 1, keep: 1))
        #expect(planned.changes[.create]?.keys.sorted() == [object("d")])
        #expect(planned.changes[.update] == [object("a"): [""]])
        #expect(planned.changes[.delete]?.keys.sorted() == [object("b")])
        #expect(planned.plan == last(SyncStarted.self, in: world)?.plan)
        #expect(Planned(planned.value) == planned)
        let kinds = world.kinds()
        let place = try #require(kinds.lastIndex(of: .planned))
        #expect(Array(kinds[(place - 1)...(place + 1)]) == [.rendered, .planned, .syncStarted])
    }

    @Test func `a long plan is listed in part and counted whole`() {
        let changes = (0..<500).map { Change(object: object(Text("o\($0)")), action: .create, wave: 0) }
        let digest = Digest(of: [])
        let plan = Plan(unit: unit("web"), renderDigest: digest, changes: changes, digest: digest)
        let planned = Planned(plan, version: Version(fleet: nil, source: nil))
        #expect(planned.counts.create == 500)
        #expect(planned.changes[.create]?.count == Planned.objectLimit)
    }

    @Test func `drift brings no plan of its own on record`() async {
        let world = World(["a": 1])
        await world.run()
        world.target.edit(object("a"), 7)
        await world.run(.drift("a"))
        #expect(world.kinds().count { $0 == .planned } == 1)
    }

    @Test func `a rollback says from where to where, once`() async throws {
        let world = World(["a": 1])
        await world.run()
        let good = world.newest
        world.commit(["a": 2])
        await world.run()
        let bad = world.newest
        world.write([MarkedBad(renders: [bad.digest], reason: "broken").draft(of: world.unit)])
        await world.run(.person)
        let event = try #require(world.events.last { $0.kind == .rolledBack })
        #expect(event.actor == Actor("user:alice"))
        let rolledBack = try #require(event.payload(as: RolledBack.self))
        #expect(rolledBack.from == RolledBack.Place(version: bad.version, render: bad.digest))
        #expect(rolledBack.to == RolledBack.Place(version: good.version, render: good.digest))
        for job in [Job.commit, .audit, .person] { await world.run(job) }
        #expect(world.kinds().count { $0 == .rolledBack } == 1)
    }

    @Test func `a sync that a person asked for carries the person and the reason`() async {
        let world = World(["a": 1])
        world.policy.apply = .manual
        await world.run()
        await world.run(.person)
        #expect(world.record.history.last?.actor == Actor("user:alice"))
        #expect(world.record.history.last?.reason == "now")
        #expect(last(SyncStarted.self, in: world)?.reason == "now")
    }

    @Test func `a deletion that waits is planned once, and not again when it is confirmed`() async throws {
        let world = World(["a": 1])
        world.policy.onRemoval = .delete
        await world.run()
        world.isRemoved = true
        let plan = try #require(await world.run()?.plan)
        await world.run()
        #expect(world.kinds().count { $0 == .planned } == 2)
        world.write([Confirmed(plan: plan.digest, reason: "").draft(of: world.unit)])
        await world.run()
        #expect(world.kinds().count { $0 == .planned } == 2)
        #expect(world.target.withState { $0.live.isEmpty })
    }
}
