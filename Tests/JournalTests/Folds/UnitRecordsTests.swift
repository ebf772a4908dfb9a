// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Journal
import Manifest
import Model
import TestSupport
import Testing

@Suite struct UnitRecordsTests {
    private let version = Version(fleet: nil, source: nil)
    private let alice = Actor("user:alice")

    /// A unit's life: a sync, drift that is seen twice, a pause, a sync that was cut off.
    private func life(of unit: UnitID) -> [EventDraft] {
        let (render, plan) = (Digest(of: [1]), Digest(of: [2]))
        let started = SyncStarted(
            version: version, render: render, plan: plan, cause: .commit, counts: ChangeCounts(create: 1),
            testament: Testament(project: "shop", onRemoval: "orphan"))
        let applied = WaveOutcome.Applied(digest: Digest(of: [3]), uid: "u")
        return [
            started.draft(of: unit), Intent(wave: 0, changes: [.create: [object("a"): "u"]]).draft(of: unit),
            WaveOutcome(wave: 0, applied: [object("a"): applied], released: [], failed: [:]).draft(of: unit),
            SyncEnded(result: .succeeded, version: version, render: render).draft(of: unit),
            HealthChanged(health: .healthy, reason: "").draft(of: unit),
            Drifted(plan: plan, objects: [object("a"): ["spec.mode"]], cause: "").draft(of: unit),
            Drifted(plan: render, objects: [object("a"): ["spec.owner"]], cause: "").draft(of: unit),
            Paused(until: Time(nanoseconds: 9), reason: "lunch").draft(of: unit, by: alice),
            MarkedBad(renders: [plan], reason: "slow").draft(of: unit), started.draft(of: unit, by: alice),
            Intent(wave: 1, changes: [.create: [object("b"): "v"], .delete: [object("a"): "u"]]).draft(of: unit),
        ]
    }

    private func journal(_ store: any JournalStore) async throws -> Journal {
        // One second passes with every event.
        let clock = TickingClock()
        return try await Journal.open(store) { clock.tick() }
    }

    @Test func `drift keeps the time of its first event, a pause its actor`() async throws {
        let journal = try await journal(MemoryJournalStore())
        let events = try await journal.append(life(of: unit("web")))
        let record = try #require(await journal.project(UnitRecords.self).fold.records[unit("web")])
        #expect(record.driftSince == events[5].time)
        #expect(record.drift?.plan == Digest(of: [1]))
        #expect(record.pausedBy == alice)
        try await journal.append(Healed(objects: [object("a")]).draft(of: unit("web")))
        let again = try await journal.append(life(of: unit("web"))[5])
        let healed = try #require(await journal.project(UnitRecords.self).fold.records[unit("web")])
        #expect(healed.driftSince == again.time)
    }

    @Test func `a start with a snapshot reads what came after it, and knows the same`() async throws {
        let store = CountingStore(MemoryJournalStore())
        let first = try await journal(store)
        for index in 0..<50 { try await first.append(life(of: unit("web\(index)"))) }
        var saved = try await first.project(UnitRecords.self)
        #expect(saved.replayed == 550)
        try await first.save(&saved)
        let late = life(of: unit("late")) + life(of: unit("web7"))
        try await first.append(late)
        let expected = try await first.project(UnitRecords.self).fold.records

        let before = store.recordsRead
        let second = try await journal(store)
        let started = try await second.project(UnitRecords.self)
        #expect(started.replayed == UInt64(late.count))
        // The head, and the event that the snapshot says that it covers.
        #expect(store.recordsRead - before <= late.count + 2)
        #expect(started.fold.records == expected)
        #expect(started.fold.records.count == 51)
    }

    @Test func `what was learnt survives the erasure of every payload`() async throws {
        let journal = try await journal(MemoryJournalStore())
        for index in 0..<5 { try await journal.append(life(of: unit("web\(index)"))) }
        let records = try await journal.project(UnitRecords.self)
        try await journal.retain(before: Time(nanoseconds: .max), carrying: [records.carried])
        let events = try await journal.events()
        #expect(events.count { $0.payload == .null } == 55)
        #expect(try await journal.project(UnitRecords.self).fold.records == records.fold.records)
        #expect(try await journal.oldestKept() == events.last?.time)
        #expect(try await Audit.verify(journal.store).isIntact)
    }

    @Test func `what many units say in the same words is held once`() throws {
        let blocked = PlanBlocked(
            plan: Digest(of: [1]), render: Digest(of: [2]), reason: "it waits for a person for a long time")
        var record = UnitRecord()
        record.blocked = blocked
        let pairs = (0..<2).map { number in
            // Read twice, as a start does.
            let text = String(decoding: JSON.write(record.value), as: UTF8.self)
            return (key: Text("acme/web\(number)@prod"), value: (try? JSON.read(Array(text.utf8))) ?? .null)
        }
        let records = try #require(UnitRecords(state: .object(Object(uniquePairs: pairs)), version: 1)).records
        #expect(records.count == 2 && records.values.allSatisfy { $0.blocked == blocked })
        let places = records.values.compactMap { $0.blocked?.reason.withBytes { $0.baseAddress } }
        #expect(places.count == 2 && Set(places).count == 1)
    }

    @Test func `a state that is not whole means nothing`() throws {
        #expect(UnitRecords(state: ["acme/web@prod": ["health": ["health": "Healthy"]]], version: 1) != nil)
        #expect(UnitRecords(state: ["acme/web@prod": [:]], version: 1) == nil)
        #expect(
            UnitRecords(state: ["acme/web@prod": ["health": ["health": "Healthy"], "bad": [1]]], version: 1) == nil)
        #expect(UnitRecords(state: ["web": ["health": ["health": "Healthy"]]], version: 1) == nil)
        #expect(UnitRecords(state: [:], version: 2) == nil)
    }
}
