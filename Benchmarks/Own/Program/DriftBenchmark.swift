// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation
import Glibc

/// How long a foreign change of a watched file lasts: from its close or rename until the content is back, for 500
/// different files, one after the other.
enum DriftBenchmark {
    static func run() throws {
        let sandbox = try Sandbox(in: scratch, files: 500)
        defer { sandbox.remove() }
        let daemon = try sandbox.daemon()
        defer { try? daemon.terminate() }
        let watch = try Watch(
            of: Set(sandbox.files.map { (sandbox.root + $0.path as NSString).deletingLastPathComponent }))
        defer { watch.close() }
        var written: [Duration] = []
        var renamed: [Duration] = []
        for (number, file) in sandbox.files.enumerated() {
            // Far enough apart that none waits for another.
            usleep(40_000)
            let path = sandbox.root + file.path
            watch.drain()
            let began = try number % 2 == 0 ? write(path) : rename(over: path)
            while sandbox.content(of: file) != file.content {
                guard try watch.wait(milliseconds: 10_000) else {
                    throw Child.Failed(description: "\(path) was not put back; see \(sandbox.log)")
                }
            }
            let took = ContinuousClock.now - began
            if number % 2 == 0 { written.append(took) } else { renamed.append(took) }
        }
        print("| foreign change of a watched file | median | 99th percentile | longest |\n|---|---|---|---|")
        for (name, times) in [("written and closed", written), ("renamed over", renamed), ("both", written + renamed)] {
            let figures = [times.median, times.percentile(99), times.percentile(100)].map(\.inMilliseconds)
            print("| \(name), \(times.count) files | \(figures.joined(separator: " | ")) |")
        }
        print("")
    }

    private static let foreign = Array("changed by hand\n".utf8)

    /// The moment after its close.
    private static func write(_ path: String) throws -> ContinuousClock.Instant {
        let file = open(path, O_WRONLY | O_TRUNC)
        guard file >= 0, Glibc.write(file, foreign, foreign.count) == foreign.count else {
            throw Child.Failed(description: "\(path) cannot be written")
        }
        close(file)
        return .now
    }

    private static func rename(over path: String) throws -> ContinuousClock.Instant {
        let other = path + "~"
        let file = open(other, O_WRONLY | O_CREAT, 0o644)
        guard file >= 0, Glibc.write(file, foreign, foreign.count) == foreign.count else {
            throw Child.Failed(description: "\(other) cannot be written")
        }
        close(file)
        guard Glibc.rename(other, path) == 0 else { throw Child.Failed(description: "\(path) cannot be replaced") }
        return .now
    }
}

/// Wakes when something in a folder was closed or renamed.
private struct Watch {
    private let descriptor: Int32

    init(of folders: Set<String>) throws {
        descriptor = inotify_init1(Int32(IN_NONBLOCK))
        for folder in folders {
            guard inotify_add_watch(descriptor, folder, UInt32(IN_CLOSE_WRITE | IN_MOVED_TO)) >= 0 else {
                throw Child.Failed(description: "\(folder) cannot be watched")
            }
        }
    }

    func close() { Glibc.close(descriptor) }

    /// False when nothing came in that time.
    func wait(milliseconds: Int32) throws -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let isThere = poll(&polled, 1, milliseconds) > 0
        drain()
        return isThere
    }

    func drain() {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while read(descriptor, &buffer, buffer.count) > 0 {}
    }
}
