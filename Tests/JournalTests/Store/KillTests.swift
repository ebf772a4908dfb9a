// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Glibc
import Journal
import Manifest
import Model
import TestSupport
import Testing

@Suite struct KillTests {
    /// A process appends from eight tasks and notes each event that was acknowledged; one of the tasks kills it.
    @Test("A killed writer loses nothing that it acknowledged", arguments: [Durability.full, .relaxed])
    func killed(durability: Durability) async throws {
        try await withScratchFolder { folder in
            let path = folder.path
            for round in 1...4 {
                let isFull = durability == .full
                await #expect(processExitsWith: .signal(SIGKILL)) {
                    [path = path as String, round = round as Int, isFull = isFull as Bool] in
                    try await appendUntilKilled(in: path, acknowledgements: round * 60, isFull: isFull)
                }
                let acknowledged = try String(contentsOfFile: path + "/acknowledged", encoding: .utf8)
                    .split(separator: "\n").map { $0.split(separator: " ").compactMap { Int64($0) } }
                let report = try await Audit.verify(folder: path)
                #expect(report.findings == [])
                #expect(report.restarts == [])
                let journal = try await Journal.open(folder: path, clock: stillClock)
                #expect(journal.notes == [])
                let events = try await journal.events(EventFilter(limit: EventFilter.largestPage))
                for pair in acknowledged where pair.count == 2 {
                    let event = events.first { $0.id.sequence == UInt64(clamping: pair[0]) }
                    #expect(event?.payload["number"]?.intValue == pair[1])
                }
                #expect(acknowledged.count > 30 * round)
                // Left open, as a crash would: the next writer finds the files as they are.
                print("killed (\(durability)): \(acknowledged.count) acknowledged, \(events.count) in the journal")
                try await journal.close()
            }
        }
    }
}

/// The body of the process that is killed.
func appendUntilKilled(in folder: String, acknowledgements: Int, isFull: Bool) async throws {
    let file = open(folder + "/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    let journal = try await Journal.open(folder: folder, clock: stillClock)
    let start = journal.newest
    try await withThrowingTaskGroup(of: Void.self) { group in
        for task in 0..<8 {
            group.addTask {
                for index in 0..<100_000 {
                    let number = Int64(task * 1_000_000 + index)
                    let draft = EventDraft(kind: .intent, payload: ["number": .number(Number(number))])
                    let event = try await journal.append(draft, durability: isFull ? .full : .relaxed)
                    let line = Array("\(event.id.sequence) \(number)\n".utf8)
                    _ = write(file, line, line.count)
                    if event.id.sequence >= start + UInt64(acknowledgements) { kill(getpid(), SIGKILL) }
                }
            }
        }
        try await group.waitForAll()
    }
}
