// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import ArgumentParser
import Glibc
import Synchronization

/// Where a command writes.
package struct Terminal: Sendable {
    package var write: @Sendable (String) -> Void
    package var writeError: @Sendable (String) -> Void
    /// What need be no text.
    package var writeBytes: @Sendable ([UInt8]) -> Void
    /// Why some of what was written did not arrive; `nil` while all did. Nothing more is written after that.
    package var failure: @Sendable () -> String? = { nil }
    /// Whether whoever read it has gone away, as `head` does.
    package var isAbandoned: @Sendable () -> Bool = { false }
    /// Columns; `nil` when output goes elsewhere.
    package var width: Int?
    /// Progress and warnings can be seen by somebody.
    package var isErrorVisible: Bool

    package init(
        width: Int?, isErrorVisible: Bool, write: @escaping @Sendable (String) -> Void,
        writeError: @escaping @Sendable (String) -> Void
    ) {
        self.width = width
        self.isErrorVisible = isErrorVisible
        self.write = write
        self.writeError = writeError
        writeBytes = { write(String(decoding: $0, as: UTF8.self)) }
    }

    static var nowhere: Terminal {
        Terminal(width: nil, isErrorVisible: false, write: { _ in }, writeError: { _ in })
    }

    /// The process's own output.
    package static var standard: Terminal { on(STDOUT_FILENO, errors: STDERR_FILENO) }

    /// A reader that went away (`| head`) ends the writing, and is no failure.
    package static func on(_ output: Int32, errors: Int32) -> Terminal {
        let sink = Sink(output)
        let complaints = Sink(errors)
        var terminal = Terminal(
            width: width(of: output), isErrorVisible: isatty(errors) == 1, write: { sink.write($0) },
            writeError: { complaints.write($0) })
        terminal.writeBytes = { bytes in bytes.withUnsafeBufferPointer { sink.write($0) } }
        terminal.failure = { sink.failure }
        terminal.isAbandoned = { sink.isAbandoned }
        return terminal
    }

    private static func width(of descriptor: Int32) -> Int? {
        guard isatty(descriptor) == 1 else { return nil }
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}

extension Terminal {
    /// Ends a command whose output has nowhere to go any more: as a failure, of which ``Invocation`` says why, or well,
    /// where the reader has seen enough.
    func requireOutput() throws {
        if failure() != nil { try ExitStatus.failure.end() }
        if isAbandoned() { throw ExitCode(ExitStatus.success.rawValue) }
    }
}

/// A descriptor to write to, until that fails for good.
private final class Sink: Sendable {
    private let descriptor: Int32
    /// `errno` of the first write that failed.
    private let code = Atomic<Int32>(0)

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    var failure: String? {
        let code = code.load(ordering: .relaxed)
        return code == 0 || code == EPIPE ? nil : String(cString: strerror(code))
    }

    /// A pipe tells it before anything more is written.
    var isAbandoned: Bool {
        let code = code.load(ordering: .relaxed)
        guard code == 0 else { return code == EPIPE }
        var wanted = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&wanted, 1, 0) == 1 && wanted.revents & Int16(POLLERR) != 0
    }

    func write(_ text: String) {
        var text = text
        text.withUTF8 { write($0) }
    }

    func write(_ bytes: UnsafeBufferPointer<UInt8>) {
        var rest = bytes[...]
        while !rest.isEmpty, code.load(ordering: .relaxed) == 0 {
            let count = Glibc.write(descriptor, UnsafeBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count == 0 {
                code.store(EIO, ordering: .relaxed)
            } else if errno == EAGAIN {
                // Somebody made it one that does not wait.
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&wanted, 1, -1)
            } else if errno != EINTR {
                code.store(errno, ordering: .relaxed)
            }
        }
    }
}
