// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc
import Manifest

/// A program that is run to its end, without a shell.
struct Command: Sendable {
    /// What is kept of the output: its end. Bytes.
    static let outputLimit = 8 << 10

    struct Result: Sendable {
        enum Ending: Sendable, Hashable {
            case exited(Int32)
            case killed(signal: Int32)
            case timedOut(after: Duration)
        }

        var ending: Ending
        /// Standard output and error together, as UTF-8; only the end of what is long.
        var output: Text

        var isSuccess: Bool { ending == .exited(0) }

        func fault(_ command: String) -> HostFault {
            let words =
                switch ending {
                case .exited(127): "was not found"
                case .exited(let status): "failed with status \(status)"
                case .killed(let signal): "was ended by signal \(signal)"
                case .timedOut(let limit): "did not end within \(limit)"
                }
            return HostFault(output.isEmpty ? "\(command) \(words)" : "\(command) \(words): \(output)")
        }
    }

    /// The program, looked up in the standard folders, and its arguments.
    var words: [Text]
    /// `NAME=value`, added to a fixed and small environment.
    var environment: [String] = []
    var deadline: Duration = .seconds(60)

    init(_ words: [Text], environment: [String] = [], deadline: Duration = .seconds(60)) {
        self.words = words
        self.environment = environment
        self.deadline = deadline
    }

    /// The parts of a command line, separated by spaces; nothing is quoted.
    init(line: Text) {
        self.init(line.utf8.split(separator: UInt8(ascii: " ")).compactMap { Text(utf8: $0) })
    }

    /// Runs it with the root as its folder, which it is also told as `TRIMTAB_ROOT`: a sandbox is no other machine.
    /// Blocks.
    func run(on root: Root) throws(HostFault) -> Result {
        let path = String(decoding: root.place.bytes, as: UTF8.self)
        let standard = [
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "HOME=/",
            "TRIMTAB_ROOT=\(path)",
        ]
        // env(1) finds the program and sets the folder.
        let arguments = ["env", "-C", path] + words.map(\.string)
        var child = try Child(arguments, standard + environment)
        return try child.finish(within: deadline)
    }
}

/// A process on its way, with the pipe that it writes to.
private struct Child: ~Copyable {
    private let process: pid_t
    private let pipe: Int32
    private var output: [UInt8] = []

    init(_ arguments: [String], _ environment: [String]) throws(HostFault) {
        var ends: [Int32] = [-1, -1]
        let opened = clinux_pipe(&ends)
        guard opened >= 0 else { throw HostFault("cannot run \(arguments[3])", code: -opened) }
        let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
        var process: pid_t = -1
        let code = withCStrings(arguments, environment) { arguments, environment in
            clinux_spawn("/usr/bin/env", arguments, environment, nothing, ends[1], ends[1], &process)
        }
        _ = clinux_close(nothing)
        _ = clinux_close(ends[1])
        guard code >= 0 else {
            _ = clinux_close(ends[0])
            throw HostFault("cannot run \(arguments[3])", code: -code)
        }
        self.process = process
        pipe = ends[0]
    }

    deinit { _ = clinux_close(pipe) }

    mutating func finish(within limit: Duration) throws(HostFault) -> Command.Result {
        let end = ContinuousClock.now.advanced(by: limit)
        var status: Int32 = 0
        var isOpen = true
        while true {
            if isOpen {
                isOpen = readAvailable()
            } else {
                _ = clinux_wait(-1, -1, 10)
            }
            let ended = waitpid(process, &status, WNOHANG)
            if ended == process { break }
            if ContinuousClock.now >= end {
                kill(-process, SIGKILL)
                while waitpid(process, &status, 0) == -1 && errno == EINTR {}
                return Command.Result(ending: .timedOut(after: limit), output: text())
            }
        }
        // What it wrote last; something that it started may hold the pipe open for ever.
        while isOpen, clinux_wait(pipe, -1, 0) & 1 != 0 { isOpen = readAvailable() }
        let signal = status & 0x7F
        let ending: Command.Result.Ending =
            signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
        return Command.Result(ending: ending, output: text())
    }

    /// Waits a moment for output. False at its end.
    private mutating func readAvailable() -> Bool {
        guard clinux_wait(pipe, -1, 50) & 1 != 0 else { return true }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = clinux_read(pipe, &buffer, 4096)
        guard count > 0 else { return false }
        output += buffer.prefix(Int(count))
        if output.count > 4 * Command.outputLimit { output.removeFirst(output.count - Command.outputLimit) }
        return true
    }

    private func text() -> Text {
        let kept = output.suffix(Command.outputLimit)
        let string = String(decoding: kept.filter { $0 >= 0x20 || $0 == 0x0A || $0 == 0x09 }, as: UTF8.self)
        let lines = string.utf8.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        return Text((kept.count < output.count ? "… " : "") + lines.joined(separator: "\n"))
    }
}

private func withCStrings<Result>(
    _ first: [String], _ second: [String],
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>, UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let first = first.map { strdup($0) }
    let second = second.map { strdup($0) }
    defer { for string in first + second { free(string) } }
    return body(first + [nil], second + [nil])
}
