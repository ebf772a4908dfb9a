// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
import Logging
import Manifest
import Model
import NIOPosix
import Webhooks

/// What webhooks came lately, across restarts: the file `webhooks.seen` of the state folder, a line each.
///
/// A line is written before its webhook counts, and is there after the process was killed; a loss of power may take the
/// newest. Whoever loses the file looks for commits once more than need be.
actor HookMemory {
    private let path: String
    private let clocks: Clocks
    private let log: Logger
    /// Lines in the file.
    private var lines = 0
    private var hasComplained = false
    /// What is written now: one after the other, or what is added while the file is shortened would be lost.
    private var last: Task<Void, Never>?

    private static let limit = 4 << 20

    init(state: String, clocks: Clocks, log: Logger) {
        path = state + "/webhooks.seen"
        self.clocks = clocks
        self.log = log
    }

    func restore() async -> ReplayWindow {
        let path = path
        let bytes = try? await NIOThreadPool.singleton.runIfActive { try PrivateFile.read(path, limit: Self.limit) }
        let (now, today) = (clocks.monotonic(), clocks.wall())
        let marks = bytes.map { Self.read($0) } ?? []
        lines = marks.count
        return ReplayWindow(restoring: marks.map { ($0.mark, today.duration(since: $0.time)) }, now: now)
    }

    func add(_ marks: [Digest]) async {
        let text = marks.map { "\($0.hex) \(clocks.wall().nanoseconds)\n" }.joined()
        let before = last
        let task = Task {
            await before?.value
            await write(Array(text.utf8), lines: marks.count)
        }
        last = task
        await task.value
    }

    private func write(_ bytes: [UInt8], lines count: Int) async {
        let isFull = lines >= ReplayWindow.capacity * 2
        lines = (isFull ? ReplayWindow.capacity : lines) + count
        let path = path
        do {
            try await NIOThreadPool.singleton.runIfActive {
                if isFull { try Self.shorten(path) }
                try Self.append(bytes, to: path)
            }
        } catch {
            guard !hasComplained else { return }
            hasComplained = true
            log.warning("what webhooks came cannot be written down: \(error)")
        }
    }

    /// Lines that are not as they were written, such as the last one before a loss of power, are passed over.
    private static func read(_ bytes: [UInt8]) -> [(mark: Digest, time: Time)] {
        bytes.split(separator: 0x0A).compactMap { line in
            let words = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
            guard words.count == 2, let mark = Digest(hex: words[0]), let time = Int64(words[1]) else { return nil }
            return (mark, Time(nanoseconds: time))
        }
    }

    private static func shorten(_ path: String) throws {
        guard let bytes = try PrivateFile.read(path, limit: limit) else { return }
        let kept = bytes.split(separator: 0x0A).suffix(ReplayWindow.capacity)
        try PrivateFile.replace(path, with: kept.flatMap { Array($0) + [0x0A] })
    }

    private struct Failure: Error, CustomStringConvertible {
        let description = String(cString: strerror(errno))
    }

    private static func append(_ bytes: [UInt8], to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Failure() }
        defer { close(descriptor) }
        guard bytes.withUnsafeBytes({ Glibc.write(descriptor, $0.baseAddress, $0.count) }) == bytes.count else {
            throw Failure()
        }
    }
}
