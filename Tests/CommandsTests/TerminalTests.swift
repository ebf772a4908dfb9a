// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import Glibc
import Model
import Synchronization
import TestSupport
import Testing

/// Output that does not arrive.
@Suite struct TerminalTests {
    /// How a command ends whose output goes to a descriptor, and what it says on standard error.
    private func run(
        _ command: String..., on output: Int32, parts: Parts = .none
    ) async throws -> (status: Commands.ExitStatus, errors: String) {
        let errors = Pipe()
        var environment = Capture().environment(Sample.engine, folder: "/nonexistent")
        environment.terminal = Terminal.on(output, errors: errors.fileHandleForWriting.fileDescriptor)
        environment.parts.exportJournal = parts.exportJournal
        let status = await Invocation.run(command, in: environment)
        try errors.fileHandleForWriting.close()
        let told = try errors.fileHandleForReading.readToEnd() ?? Data()
        return (status, String(decoding: told, as: UTF8.self))
    }

    private func withFullDisk<Result>(_ body: (Int32) async throws -> Result) async throws -> Result {
        let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
        try #require(full >= 0)
        defer { close(full) }
        return try await body(full)
    }

    private let complaint = "error: standard output: cannot write: No space left on device\n"

    @Test func `what could not be written is an error`() async throws {
        let (status, errors) = try await withFullDisk { try await run("version", on: $0) }
        #expect(status == .failure)
        #expect(errors == complaint)
    }

    @Test func `a failure to write outweighs what a command has found`() async throws {
        var capture = Capture().environment(Sample.engine, folder: "/nonexistent")
        try await withFullDisk { full in
            capture.terminal = Terminal.on(full, errors: full)
            #expect(await Invocation.run(["plan", "web@prod"], in: capture) == .failure)
        }
    }

    @Test func `a long output ends with the first piece that fails, and is told once`() async throws {
        let pieces = Mutex(0)
        var parts = Parts.none
        parts.exportJournal = { _, write in
            for _ in 0..<10 {
                pieces.withLock { $0 += 1 }
                try write(Array("{}\n".utf8))
            }
        }
        let given = parts
        let (status, errors) = try await withFullDisk { try await run("audit", "export", on: $0, parts: given) }
        #expect(status == .failure)
        #expect(errors == complaint)
        let count = pieces.withLock { $0 }
        #expect(count == 1)
    }

    @Test func `a reader that went away is no failure`() async throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let (status, errors) = try await run("version", on: pipe.fileHandleForWriting.fileDescriptor)
        #expect(status == .success)
        #expect(errors.isEmpty)
    }

    /// What is written to has no reader any more.
    private func withClosedPipe<Result>(_ body: (Int32) async throws -> Result) async throws -> Result {
        signal(SIGPIPE, SIG_IGN)
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        return try await body(pipe.fileHandleForWriting.fileDescriptor)
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [["log", "--follow"], ["log", "web@prod", "--follow"], ["status", "--watch"]])
    func `whoever goes on telling ends when nobody reads`(command: [String]) async throws {
        let errors = Pipe()
        let twin = Sample.engine
        let status = try await withClosedPipe { output in
            var environment = Capture().environment(twin, folder: "/nonexistent")
            environment.terminal = Terminal.on(output, errors: errors.fileHandleForWriting.fileDescriptor)
            return await Invocation.run(command, in: environment)
        }
        #expect(status == .success)
        try errors.fileHandleForWriting.close()
        #expect(try errors.fileHandleForReading.readToEnd() ?? Data() == Data())
    }

    @Test func `a long output ends when its reader has seen enough, and that is no failure`() async throws {
        let pieces = Mutex(0)
        var parts = Parts.none
        parts.exportJournal = { _, write in
            for _ in 0..<10 {
                pieces.withLock { $0 += 1 }
                try write(Array("{}\n".utf8))
            }
        }
        let given = parts
        let (status, errors) = try await withClosedPipe { try await run("audit", "export", on: $0, parts: given) }
        #expect(status == .success)
        #expect(errors.isEmpty)
        let count = pieces.withLock { $0 }
        #expect(count == 1)
    }
}
