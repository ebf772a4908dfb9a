// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc
import SystemPackage

/// One jailed run of a program, from start to end.
struct JailedRun {
    /// How it came to an end.
    enum End: Sendable, Hashable {
        case exited(Int32)
        case signalled(Int32)
        case timedOut
        /// Its processor time was used up.
        case exhausted
        /// It printed more than it may.
        case flooded
        /// It complained more than it may.
        case complained
        case cancelled
        /// It was not started.
        case failed(String)
    }

    struct Outcome: Sendable {
        var end: End
        var output: [UInt8] = []
        /// The end of what it wrote to its standard error.
        var messages: [UInt8] = []
    }

    var jailer: FilePath
    var order: JailOrder
    /// The whole environment: nothing is inherited.
    var environment: [String]
    /// Its standard input. Kept in memory.
    var input: [UInt8]

    private static let messageLimit = 64 << 10

    /// Runs the program. Blocks until it has ended; the thread must not end before, because the jail dies with it.
    ///
    /// - Parameter cancel: an eventfd; when it is signalled, the program is killed.
    func run(cancel: Int32) -> Outcome {
        let input = Self.memory("helm-input", holding: self.input)
        let messages = Self.memory("helm-messages", holding: [])
        var ends: [Int32] = [-1, -1]
        let code = clinux_pipe(&ends)
        defer { for file in [input, messages, ends[0]] where file >= 0 { close(file) } }
        guard input >= 0, messages >= 0, code == 0 else {
            if ends[1] >= 0 { close(ends[1]) }
            return Outcome(end: .failed("there is no memory for its input and output"))
        }
        var process: pid_t = -1
        let started = withCStrings([jailer.string, Jailer.command] + order.words, environment) { words, variables in
            clinux_spawn(jailer.string, words, variables, input, ends[1], messages, &process)
        }
        close(ends[1])
        guard started == 0 else { return Outcome(end: .failed("\(jailer): \(Errno(rawValue: -started))")) }
        var outcome = collect(from: ends[0], of: process, cancel: cancel)
        // It cannot have started anything; the group is killed for the case of a lenient jail.
        kill(-process, SIGKILL)
        let ending = Self.wait(for: process)
        outcome.end = judge(outcome.end, ending, messages)
        outcome.messages = Self.tail(of: messages)
        return outcome
    }

    /// Reads until the program has ended or must be killed. The end is `.exited(0)` where it ended by itself.
    private func collect(from pipe: Int32, of process: pid_t, cancel: Int32) -> Outcome {
        let deadline = ContinuousClock.now + order.limits.time
        var outcome = Outcome(end: .exited(0))
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let ending = clinux_process_file(process)
        defer { if ending >= 0 { close(ending) } }
        var awaited = pipe
        while true {
            let ready = clinux_wait(awaited, cancel, Self.milliseconds(until: deadline))
            if ready & 2 != 0 { return outcome.ending(.cancelled) }
            if ready & 1 != 0 {
                if awaited != pipe { return outcome }
                let count = clinux_read(pipe, &buffer, UInt64(buffer.count))
                if count <= 0 {
                    // Its output is closed, but is it gone?
                    guard ending >= 0 else { return outcome }
                    awaited = ending
                } else {
                    guard outcome.output.count + Int(count) <= order.limits.output else {
                        return outcome.ending(.flooded)
                    }
                    outcome.output.append(contentsOf: buffer[..<Int(count)])
                }
            } else if deadline <= .now {
                return outcome.ending(.timedOut)
            }
        }
    }

    private func judge(_ end: End, _ ending: (status: Int32, seconds: Double), _ messages: Int32) -> End {
        guard end == .exited(0) else { return end }
        if lseek(messages, 0, SEEK_END) >= off_t(clamping: order.limits.messages) { return .complained }
        let signal = ending.status & 0x7F
        guard signal != 0 else { return .exited(ending.status >> 8 & 0xFF) }
        let isExhausted = ending.seconds >= Double(order.limits.processorSeconds) - 0.5
        return signal == SIGXCPU || signal == SIGKILL && isExhausted ? .exhausted : .signalled(signal)
    }

    private static func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
        let left = (deadline - .now) / .milliseconds(1)
        return Int32(clamping: Int(max(0, min(left.rounded(.up), 60_000))))
    }

    /// The status as `wait` has it, and the seconds of processor time that were used.
    private static func wait(for process: pid_t) -> (status: Int32, seconds: Double) {
        var status: Int32 = 0
        var usage = rusage()
        while wait4(process, &status, 0, &usage) == -1 && errno == EINTR {}
        let times = [usage.ru_utime, usage.ru_stime]
        return (status, times.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 })
    }

    /// A file in memory with a content, read from its beginning; a negated errno on failure.
    private static func memory(_ name: String, holding content: [UInt8]) -> Int32 {
        let file = clinux_memory_file(name)
        guard file >= 0 else { return file }
        var written = 0
        while written < content.count {
            let count = content.withUnsafeBytes { bytes in
                clinux_write(file, bytes.baseAddress.map { $0 + written }, UInt64(bytes.count - written))
            }
            guard count > 0 else {
                close(file)
                return -ENOSPC
            }
            written += Int(count)
        }
        lseek(file, 0, SEEK_SET)
        return file
    }

    private static func tail(of file: Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: messageLimit)
        let size = lseek(file, 0, SEEK_END)
        let count = bytes.withUnsafeMutableBytes {
            pread(file, $0.baseAddress, $0.count, max(0, size - off_t($0.count)))
        }
        return Array(bytes.prefix(max(0, count)))
    }
}

extension JailedRun.Outcome {
    fileprivate consuming func ending(_ end: JailedRun.End) -> Self {
        self.end = end
        return self
    }
}

/// Calls `body` with two null-terminated lists of C strings that live as long as the call.
private func withCStrings<Result>(
    _ first: [String], _ second: [String],
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>, UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let first = first.map { strdup($0) }
    let second = second.map { strdup($0) }
    defer { for string in first + second { free(string) } }
    return body(first + [nil], second + [nil])
}
