// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc

/// What this process takes from its machine, as the kernel counts it.
package struct ProcessFigures: Sendable, Hashable {
    /// Memory that is in RAM, in bytes.
    package var residentBytes: Int
    /// Of these, what the process has for itself: pages of files, which come again when they are dropped, are not among
    /// them.
    package var ownBytes: Int
    /// User and system time of all threads since the process began.
    package var cpuSeconds: Double
    package var openFiles: Int

    /// `nil` where `/proc` is not there.
    package static func read() -> ProcessFigures? {
        // Size, resident size and what of it is of files, in pages.
        guard let pages = field(1, of: "/proc/self/statm"), let shared = field(2, of: "/proc/self/statm"),
            let openFiles = count("/proc/self/fd")
        else { return nil }
        let (resident, overflow) = pages.multipliedReportingOverflow(by: sysconf(Int32(_SC_PAGESIZE)))
        var usage = rusage()
        guard !overflow, getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
        return ProcessFigures(
            residentBytes: resident, ownBytes: resident - min(pages, shared) * sysconf(Int32(_SC_PAGESIZE)),
            cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
            openFiles: openFiles)
    }

    /// Under the names that Prometheus' own clients use, without our prefix, so that existing dashboards find them.
    package var samples: [Sample] {
        [
            Sample("process_resident_memory_bytes", .gauge, [], Double(residentBytes)),
            Sample("process_cpu_seconds_total", .counter, [], cpuSeconds),
            Sample("process_open_fds", .gauge, [], Double(openFiles)),
        ]
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    private static func field(_ index: Int, of path: String) -> Int? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = Glibc.read(file, &buffer, buffer.count)
        guard count > 0 else { return nil }
        let fields = String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: " ")
        return fields.indices.contains(index) ? Int(fields[index]) : nil
    }

    private static func count(_ path: String) -> Int? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // `.`, `..` and the folder that was opened for this.
        return max(0, count - 3)
    }
}
