// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Fleet
import Manifest
import Model
import TestSupport
import Testing

@testable import Assembly

/// What is kept of the units' states is what a fresh look would give.
@Suite struct StatusBoardTests {
    private let target = MemoryTarget(), content = MemoryContent(), recorder = MemoryRecorder()

    private func managed(_ unit: UnitID, _ value: Value = 1) -> ManagedUnit {
        ManagedUnit(
            context: UnitContext(unit: unit, project: name("shop"), limits: .host(HostLimits())), policy: SyncPolicy(),
            newest: content.commit([Text("o-\(unit.application)"): value], of: unit))
    }

    /// There are fifty thousand of each.
    @Test func `what is held of every unit stays small`() {
        #expect(MemoryLayout<UnitStatus>.size <= 264)
        #expect(MemoryLayout<Block>.size <= 64)
    }

    @Test func `whatever happens, it says what a fresh look says`() async throws {
        let engine = Engine(
            drivers: [name("host"): target], content: content, recorder: recorder, clocks: .system, records: [:])
        let board = StatusBoard(engine: engine)
        let units = (0..<30).map { unit("app-\($0)") }
        var random = SystemRandomNumberGenerator()
        var now = Time(nanoseconds: 1_795_426_200_000_000_000)
        var revision = 1
        for step in 0..<60 {
            let unit = units[Int.random(in: 0..<units.count, using: &random)]
            switch Int.random(in: 0..<5, using: &random) {
            case 0:
                await engine.install([managed(unit, .number(Number(Int64(step))))])
                // Somebody else may look at all of them first.
                _ = await engine.snapshots()
            case 1:
                try await engine.act(
                    [Paused(until: now.advanced(by: .seconds(20)), reason: "r").draft(of: unit, by: .trimtab)],
                    then: nil)
            case 2: now = now.advanced(by: .seconds(15))
            case 3: revision += 1
            default: await engine.settle()
            }
            let labelling = StatusBoard.Labelling(revision: revision, fleet: FleetSnapshot())
            let kept = await board.statuses(of: nil, at: now, labelling)
            let fresh = await engine.snapshots().map { UnitStatus($0, now: now) }
            #expect(kept == fresh, "step \(step)")
            let pattern = UnitPattern(application: unit.application, target: unit.target)
            for patterns in [[UnitPattern(unit)], [pattern], [pattern, UnitPattern(unit)]] {
                let named = await board.statuses(of: patterns, at: now, labelling)
                #expect(named == fresh.filter { $0.unit == unit })
            }
        }
    }
}
