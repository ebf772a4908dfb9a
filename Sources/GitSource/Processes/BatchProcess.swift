// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc
import Model
import SystemPackage

/// One `git cat-file --batch-command` and the socket to it. Every call blocks: callers are on a thread of their own.
///
/// Only full object ids go in, so nothing that a repository or a manifest says can be read as a ref, a path or an
/// option. One socket serves as its standard input and output, because a write to a socket can be told not to raise
/// `SIGPIPE`.
struct BatchProcess: ~Copyable {
    /// The process ended, or its answers make no sense: start another.
    struct Broken: Error {
        enum Cause: Sendable {
            /// It could not be started.
            case start
            /// It gave up and said why.
            case fatal
            /// It ended without a word, or said what nobody asked.
            case other
        }

        var cause: Cause
        var reason: String
    }

    enum Question {
        case info(GitID)
        case contents(GitID)
    }

    typealias Answer = AnswerReader.Answer

    private let socket: Int32
    private let errors: Int32
    private let process: pid_t
    private var answers: AnswerReader

    init(repository: FilePath, environment: GitEnvironment) throws(Broken) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw Broken(cause: .start, reason: "no socket for git: \(Errno(rawValue: errno))")
        }
        let errors = clinux_memory_file("git-errors")
        guard errors >= 0 else {
            close(ends[0])
            close(ends[1])
            throw Broken(cause: .start, reason: "no memory for the messages of git: \(Errno(rawValue: -errors))")
        }
        var process: pid_t = -1
        let code = withCStrings(
            ["git", "--git-dir=\(repository.string)", "cat-file", "--batch-command"],
            environment.variables.map { "\($0.key)=\($0.value)" }
        ) { arguments, variables in
            clinux_spawn(environment.executable.string, arguments, variables, ends[1], ends[1], errors, &process)
        }
        close(ends[1])
        guard code == 0 else {
            close(ends[0])
            close(errors)
            throw Broken(cause: .start, reason: "\(environment.executable) does not start: \(Errno(rawValue: -code))")
        }
        socket = ends[0]
        self.errors = errors
        self.process = process
        answers = AnswerReader(socket: socket)
    }

    deinit {
        close(socket)
        close(errors)
        // It holds no lock and writes nothing, so there is nothing to wind down.
        kill(-process, SIGKILL)
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1 && errno == EINTR {}
    }

    /// Asks; the answers come in this order. All questions together must fit the socket's buffer: see
    /// ``ObjectDatabase``.
    func ask(_ questions: some Collection<Question>) throws(Broken) {
        var lines: [UInt8] = []
        for question in questions {
            switch question {
            case .info(let id): lines.append(contentsOf: "info \(id.hex)\n".utf8)
            case .contents(let id): lines.append(contentsOf: "contents \(id.hex)\n".utf8)
            }
        }
        var sent = 0
        while sent < lines.count {
            let count = lines.withUnsafeBytes { bytes in
                send(socket, bytes[sent...].baseAddressOfSlice, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno != EINTR {
                throw broken("git cat-file ended")
            }
        }
    }

    /// ``AnswerReader/answer(to:)``
    mutating func answer(to id: GitID) throws(Broken) -> Answer {
        do throws(AnswerReader.Failure) { return try answers.answer(to: id) } catch { throw broken(error.reason) }
    }

    /// ``AnswerReader/content(size:)``
    mutating func content(size: Int) throws(Broken) -> [UInt8] {
        do throws(AnswerReader.Failure) { return try answers.content(size: size) } catch { throw broken(error.reason) }
    }

    /// ``AnswerReader/readPiece(atMost:)``
    mutating func readPiece(atMost limit: Int) throws(Broken) -> ArraySlice<UInt8> {
        do throws(AnswerReader.Failure) { return try answers.readPiece(atMost: limit) } catch {
            throw broken(error.reason)
        }
    }

    /// ``AnswerReader/endContent()``
    mutating func endContent() throws(Broken) {
        do throws(AnswerReader.Failure) { try answers.endContent() } catch { throw broken(error.reason) }
    }

    /// With the last line that the process wrote to its standard error, if any.
    private func broken(_ reason: String) -> Broken {
        var bytes = [UInt8](repeating: 0, count: 1024)
        let size = lseek(errors, 0, SEEK_END)
        let count = bytes.withUnsafeMutableBytes {
            pread(errors, $0.baseAddress, $0.count, max(0, size - off_t($0.count)))
        }
        guard let line = bytes.prefix(max(0, count)).split(separator: 0x0A).last else {
            return Broken(cause: .other, reason: reason)
        }
        return Broken(cause: .fatal, reason: "\(reason): \(printable(line))")
    }
}

extension Slice<UnsafeRawBufferPointer> {
    fileprivate var baseAddressOfSlice: UnsafeRawPointer? { base.baseAddress.map { $0 + startIndex } }
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
