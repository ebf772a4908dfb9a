// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Glibc

/// What the kernel knows of a process at one moment. Memory is in kibibytes.
package struct ProcessSample {
    package var processor: Duration
    /// With that of the processes that it started and that have ended.
    package var withChildren: Duration
    package var resident: Int
    /// Since it began, or since ``resetPeak(of:)``.
    package var peak: Int
    /// The part of it that no file stands behind.
    package var anonymous: Int
    /// Bytes.
    package var written: Int
    package var readCalls: Int
    package var writeCalls: Int
    package var switches: Int

    package init(of process: Int32) throws {
        let folder = "/proc/\(process)"
        let stat = try String(contentsOfFile: folder + "/stat", encoding: .utf8)
        // Behind the name, which may hold anything: the times are the 12th to 15th.
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        let ticks = fields.dropFirst(12).prefix(4).compactMap { Int($0) }
        let second = sysconf(Int32(_SC_CLK_TCK))
        processor = .seconds(ticks.prefix(2).reduce(0, +)) / second
        withChildren = .seconds(ticks.reduce(0, +)) / second
        let status = try Self.numbers(in: folder + "/status")
        resident = status["VmRSS"] ?? 0
        peak = status["VmHWM"] ?? 0
        anonymous = status["RssAnon"] ?? 0
        let traffic = try Self.numbers(in: folder + "/io")
        written = traffic["write_bytes"] ?? 0
        readCalls = traffic["syscr"] ?? 0
        writeCalls = traffic["syscw"] ?? 0
        switches = 0
        for thread in try FileManager.default.contentsOfDirectory(atPath: folder + "/task") {
            let status = try? Self.numbers(in: "\(folder)/task/\(thread)/status")
            switches += status?["voluntary_ctxt_switches"] ?? 0
        }
    }

    /// Lets the kernel forget how much memory the process has had at the most. Needs to be its user, or root.
    package static func resetPeak(of process: Int32) {
        let file = open("/proc/\(process)/clear_refs", O_WRONLY)
        guard file >= 0 else { return }
        write(file, "5", 1)
        close(file)
    }

    private static func numbers(in file: String) throws -> [Substring: Int] {
        var numbers: [Substring: Int] = [:]
        for line in try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n") {
            let parts = line.split(separator: ":")
            guard parts.count == 2 else { continue }
            numbers[parts[0]] = parts[1].split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
        }
        return numbers
    }
}
