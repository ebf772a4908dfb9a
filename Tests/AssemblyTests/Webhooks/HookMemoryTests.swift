// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Logging
import Manifest
import Model
import Synchronization
import TestSupport
import Testing
import Webhooks

@testable import Assembly

/// What came is known to the process that comes after.
@Suite struct HookMemoryTests {
    private let start = Time(nanoseconds: 1_795_426_200_000_000_000)
    private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func memory(_ folder: URL, at time: Time, _ moment: Moment) -> HookMemory {
        HookMemory(
            state: folder.path, clocks: Clocks(wall: { time }, monotonic: { moment }, sleep: { _ in }), log: log)
    }

    @Test func `a restart forgets nothing that is younger than the window is long`() async throws {
        try await withScratchFolder { folder in
            let marks = (0..<3).map { Digest(of: [UInt8($0)]) }
            await memory(folder, at: start, Moment(nanoseconds: 5)).add([marks[0]])
            await memory(folder, at: start.advanced(by: .seconds(3000)), Moment(nanoseconds: 9)).add([marks[1]])
            // The monotonic clock begins anew with the machine.
            let now = Moment(nanoseconds: 1)
            var window = await memory(folder, at: start.advanced(by: .seconds(4000)), now).restore()
            let found = marks.map { window.admit([$0], now: now) }
            #expect(found == [true, false, true])
        }
    }

    @Test func `a file that was cut, or holds something else, is no reason not to start`() async throws {
        try await withScratchFolder { folder in
            let mark = Digest(of: [1])
            let text = "nonsense\n\(mark.hex) \(start.nanoseconds)\n\(mark.hex) 17\n\(String(mark.hex.prefix(20)))"
            try Data(text.utf8).write(to: folder.appending(path: "webhooks.seen"))
            let now = Moment(nanoseconds: 1)
            var window = await memory(folder, at: start, now).restore()
            let isNew = window.admit([mark], now: now)
            #expect(!isNew)
        }
    }

    @Test func `the file does not grow without end`() async throws {
        try await withScratchFolder { folder in
            let memory = memory(folder, at: start, Moment(nanoseconds: 1))
            let marks = (0..<1000).map { number in Digest(of: "\(number)".utf8) }
            for _ in 0..<45 { await memory.add(marks) }
            let lines = try String(contentsOf: folder.appending(path: "webhooks.seen"), encoding: .utf8)
                .split(separator: "\n")
            #expect(lines.count <= ReplayWindow.capacity * 2 + 1000)
        }
    }
}
