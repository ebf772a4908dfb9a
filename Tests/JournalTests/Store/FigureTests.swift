// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Journal
import Manifest
import Model
import TestSupport
import Testing

/// Prints figures; asserts only what does not depend on the machine.
@Suite struct FigureTests {
    private func milliseconds(_ body: () async throws -> Void) async rethrows -> String {
        let duration = try await ContinuousClock().measure { try await body() }
        return String(format: "%.2f ms", Double(duration.nanoseconds) / 1e6)
    }

    @Test("Ten thousand events are appended and verified") func tenThousand() async throws {
        try await withScratchFolder { folder in
            let first = try await Journal.open(folder: folder.path, clock: stillClock)
            let drafts = (0..<10_000).map(sampleDraft)
            let batches = try await milliseconds {
                for start in stride(from: 0, to: 8000, by: 100) {
                    try await first.append(Array(drafts[start..<(start + 100)]))
                }
            }
            let single = try await milliseconds {
                for draft in drafts[8000..<9000] { try await first.append(draft) }
            }
            let concurrent = try await milliseconds {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for draft in drafts[9000...] { group.addTask { _ = try await first.append(draft) } }
                    try await group.waitForAll()
                }
            }
            var projection = try await first.project(EventCounts.self)
            try await first.save(&projection)
            try await first.close()
            var journal = first
            let open = try await milliseconds {
                journal = try await Journal.open(folder: folder.path, clock: stillClock)
            }
            #expect(journal.newest == 10_000)
            let page = try await milliseconds {
                _ = try await journal.events(EventFilter(order: .newestFirst, limit: 50))
            }
            let replay = try await milliseconds { _ = try await journal.project(Sum.self) }
            let start = try await milliseconds { _ = try await journal.project(EventCounts.self) }
            try await journal.close()
            let size = try fileStates(in: folder)["journal.db"]?.first ?? 0
            let verify = try await milliseconds {
                let report = try await Audit.verify(folder: folder.path)
                #expect(report.isIntact)
                #expect(report.events == 10_000)
            }
            print(
                """
                figures: 8,000 events in batches of 100, full sync: \(batches); 1,000 one by one: \(single); \
                1,000 at once: \(concurrent); file: \(size / 10_000) bytes an event
                figures: open and read the head: \(open); newest 50: \(page); replay of 10,000: \(replay); \
                start with a snapshot: \(start); verify 10,000: \(verify)
                """)
        }
    }

    @Test("A start from saved records, beside one that replays") func start() async throws {
        try await withScratchFolder { folder in
            let journal = try await Journal.open(folder: folder.path, clock: stillClock)
            let version = Version(fleet: nil, source: nil)
            for round in 0..<5 {
                var drafts: [EventDraft] = []
                for index in 0..<1000 {
                    let render = Digest(of: [UInt8(round)])
                    let started = SyncStarted(
                        version: version, render: render, plan: render, cause: .commit, counts: ChangeCounts(create: 1))
                    let ended = SyncEnded(result: .succeeded, version: version, render: render)
                    let unit = unit("web\(index)")
                    drafts += [
                        started.draft(of: unit),
                        Intent(wave: 0, changes: [.create: [object("a"): "u"]]).draft(of: unit),
                        WaveOutcome(
                            wave: 0, applied: [object("a"): .init(digest: render, uid: "u")], released: [], failed: [:]
                        ).draft(of: unit), ended.draft(of: unit),
                    ]
                }
                try await journal.append(drafts, durability: .relaxed)
            }
            var records = try await journal.project(UnitRecords.self)
            let replay = try await milliseconds { records = try await journal.project(UnitRecords.self) }
            let save = try await milliseconds { try await journal.save(&records) }
            let start = try await milliseconds {
                let saved = try await journal.project(UnitRecords.self)
                #expect(saved.replayed == 0)
                #expect(saved.fold.records == records.fold.records)
            }
            try await journal.close()
            print("figures: records of 1,000 units from 20,000 events: \(replay); save: \(save); start: \(start)")
        }
    }
}
