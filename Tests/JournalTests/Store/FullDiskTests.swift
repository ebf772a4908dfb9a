// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Glibc
import Journal
import Manifest
import Model
import TestSupport
import Testing

/// On a file system of two megabytes; needs the right to mount one.
@Suite(.enabled(if: getuid() == 0, "only root can mount a small file system")) struct FullDiskTests {
    @Test("A full disk fails the append, leaves the chain intact, and is over when space is free again")
    func full() async throws {
        try await withScratchFolder { folder in
            guard mount("tmpfs", folder.path, "tmpfs", 0, "size=2m") == 0 else {
                print("skipped: no file system can be mounted here (\(String(cString: strerror(errno))))")
                return
            }
            defer { umount2(folder.path, 2) }
            let journal = try await Journal.open(folder: folder.path, clock: stillClock)
            let text = Text(String(repeating: "x", count: 50_000))
            let large = EventDraft(kind: .rendered, payload: ["text": .string(text)])
            try await journal.append(large)
            let ballast = folder.appendingPathComponent("ballast")
            try Data(count: 500_000).write(to: ballast)
            var error: JournalError?
            for _ in 0..<100 {
                do { try await journal.append(large) } catch let caught as JournalError {
                    error = caught
                    break
                }
            }
            #expect(error?.code == .full)
            let before = journal.newest
            try FileManager.default.removeItem(at: ballast)
            try await journal.append([sampleDraft(1), sampleDraft(2)])
            #expect(journal.newest == before + 2)
            try await journal.close()
            let report = try await Audit.verify(folder: folder.path)
            #expect(report.findings == [])
            #expect(report.events == before + 2)
        }
    }
}
