// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Glibc

/// What the daemon costs that has nothing to do: processor, memory and writes with 10,000 watched files.
enum IdleBenchmark {
    static func run() throws {
        let minutes = ProcessInfo.processInfo.environment["BENCH_MINUTES"].flatMap(Int.init) ?? 60
        let sandbox = try Sandbox(in: scratch, files: 10_000)
        defer { sandbox.remove() }
        let daemon = try sandbox.daemon()
        defer { try? daemon.terminate() }
        // What a start leaves behind is not what an hour costs.
        sleep(30)
        let before = try Sample(of: daemon.id)
        let rootBefore = try changes(below: sandbox.root)
        var resident = before.resident
        for _ in 0..<minutes {
            sleep(60)
            resident = max(resident, try Sample(of: daemon.id).resident)
        }
        let after = try Sample(of: daemon.id)
        let share = (after.processor - before.processor) / .seconds(60 * minutes) * 100
        let rootAfter = try changes(below: sandbox.root)
        print("| idle with \(sandbox.files.count) watched files, \(minutes) minutes | |\n|---|---|")
        print("| processor, of one core | \(String(format: "%.3f", share)) % |")
        print("| resident at the most | \(resident >> 10) MB |")
        print("| bytes handed to the disk | \(after.written - before.written) |")
        print("| calls that write, sockets and pipes included | \(after.writeCalls - before.writeCalls) |")
        print("| anything changed beneath the root | \(rootAfter == rootBefore ? "no" : "yes") |")
        print("| switches between threads, a second | \((after.switches - before.switches) / (60 * minutes)) |\n")
    }

    /// When each file and folder changed last, as the kernel has it.
    private static func changes(below root: String) throws -> [String: [UInt8]] {
        var changes: [String: [UInt8]] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: root) {
            var status = stat()
            guard lstat(root + "/" + path, &status) == 0 else { continue }
            changes[path] = withUnsafeBytes(of: status.st_ctim) { Array($0) }
        }
        return changes
    }

    private struct Sample {
        var processor: Duration
        /// Kibibytes.
        var resident: Int
        var written: Int
        var writeCalls: Int
        var switches: Int

        init(of process: pid_t) throws {
            let folder = "/proc/\(process)"
            let stat = try String(contentsOfFile: folder + "/stat", encoding: .utf8)
            // Behind the name, which may hold anything: user and system time are the 12th and 13th.
            let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
            let ticks = fields.dropFirst(12).prefix(2).compactMap { Int($0) }.reduce(0, +)
            processor = .seconds(ticks) / sysconf(Int32(_SC_CLK_TCK))
            resident = try Self.number("VmRSS:", in: folder + "/status")
            written = try Self.number("write_bytes:", in: folder + "/io")
            writeCalls = try Self.number("syscw:", in: folder + "/io")
            switches = 0
            for thread in try FileManager.default.contentsOfDirectory(atPath: folder + "/task") {
                let status = "\(folder)/task/\(thread)/status"
                switches += (try? Self.number("voluntary_ctxt_switches:", in: status)) ?? 0
            }
        }

        private static func number(_ key: String, in file: String) throws -> Int {
            for line in try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
            where line.hasPrefix(key) {
                return line.dropFirst(key.count).split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) } ?? 0
            }
            throw Child.Failed(description: "\(file) has no \(key)")
        }
    }
}
