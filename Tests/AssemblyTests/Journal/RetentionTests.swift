// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Journal
import Manifest
import Model
import TestSupport
import Testing

@testable import Assembly

@Suite struct RetentionTests {
    private let day = Duration.seconds(86_400)
    private let start = Time(nanoseconds: 1_795_426_200_000_000_000)

    @Test func `payloads are kept for the time asked for, and at most a tenth longer`() {
        let retention = Retention(keep: day * 90)
        for days in [0, 90, 99] {
            #expect(retention.cut(oldest: start, now: start.advanced(by: day * days)) == nil)
        }
        let now = start.advanced(by: day * 100)
        #expect(retention.cut(oldest: start, now: now) == start.advanced(by: day * 10))
        // A clock that went back makes everything look young.
        #expect(retention.cut(oldest: start, now: start.advanced(by: day * -400)) == nil)
    }

    @Test func `a clock that jumps ahead does not make everything look old`() {
        let clocks = Clocks(
            wall: { start.advanced(by: day * 4000) }, monotonic: { Moment(nanoseconds: 60_000_000_000) },
            sleep: { _ in })
        let now = Retention.now(clocks, since: (wall: start, monotonic: Moment(nanoseconds: 0)))
        #expect(now == start.advanced(by: .seconds(60)))
    }

    @Test func `upkeep saves records once enough came, and erases what is old`() async throws {
        try await withScratchFolder { folder in
            let journal = try await Journal.open(folder: folder.path) { start }
            let upkeep = JournalUpkeep(journal: journal)
            let draft = Paused(until: start, reason: "lunch").draft(of: unit("web"), by: Actor("user:alice"))
            try await journal.append(Array(repeating: draft, count: 999), durability: .relaxed)
            #expect(try await upkeep.saveRecords() == (saved: 0, interval: 1000))
            try await journal.append(draft)
            #expect(try await upkeep.saveRecords() == (saved: 1000, interval: 1000))
            #expect(try await journal.project(UnitRecords.self).replayed == 0)

            let retention = Retention(keep: day)
            #expect(try await upkeep.retain(retention, now: start.advanced(by: day)) == nil)
            let event = try await upkeep.retain(retention, now: start.advanced(by: day * 2))
            #expect(event?.payload(as: Retained.self)?.through == 1000)
            #expect(try await journal.event(1)?.isErased == true)
            try await journal.close()
            let report = try await Audit.verify(folder: folder.path)
            #expect(report.isIntact)
            #expect(report.erased == 1000)
        }
    }
}
