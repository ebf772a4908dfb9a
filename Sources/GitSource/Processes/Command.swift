// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
import Model
import Subprocess
import Synchronization
import SystemPackage

/// A program that runs once, to its end or to its deadline, in a process group of its own.
struct Command: Sendable {
    var executable: FilePath
    var arguments: [String]
    /// The whole environment: nothing is inherited.
    var environment: [String: String]
    var input: [UInt8] = []
    /// Bytes of standard output that are kept; more is an error.
    var outputLimit = 1 << 20
    var deadline: Duration

    init(_ executable: FilePath, _ arguments: [String], environment: [String: String], deadline: Duration) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.deadline = deadline
    }

    struct Outcome: Sendable {
        enum End: Sendable, Hashable {
            case exited(Int32)
            case signalled(Int32)
            case timedOut
        }

        var end: End
        var output: [UInt8]
        var messages: CommandMessages

        var succeeded: Bool { end == .exited(0) }
    }

    enum Failure: Error {
        case doesNotStart(String)
        case tooMuchOutput(limit: Int)
    }

    /// Runs the program. When the deadline passes or the task is cancelled, it and everything that it started is asked
    /// to end, and killed soon after.
    func run() async throws -> Outcome {
        let outcome = try await withThrowingTaskGroup(of: Outcome?.self) { group in
            group.addTask { try await execute() }
            group.addTask {
                try await Task.sleep(for: deadline, clock: .continuous)
                return nil
            }
            let first = try await group.next() ?? nil
            group.cancelAll()
            guard first == nil else { return first }
            // What the program said until then, once it has ended.
            var late = try await group.next() ?? nil
            late?.end = .timedOut
            return late
        }
        try Task.checkCancellation()
        return outcome ?? Outcome(end: .timedOut, output: [], messages: CommandMessages())
    }

    private func execute() async throws -> Outcome {
        let started = Mutex<pid_t?>(nil)
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
        ]
        let result = try await Subprocess.run(
            .path(executable), arguments: Arguments(arguments),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
            ),
            platformOptions: options, input: .array(input), output: .sequence, error: .sequence
        ) { execution in
            started.withLock { $0 = execution.processIdentifier.value }
            async let messages = Self.collectMessages(execution.standardError)
            let output = try await collect(execution.standardOutput)
            return (output, try await messages)
        }
        // What was started by a program that somebody killed would go on, and hold its locks.
        if result.terminationStatus != .exited(0), let leader = started.withLock({ $0 }) { kill(-leader, SIGKILL) }
        let (output, messages) = result.closureResult
        guard output.count <= outputLimit else { throw Failure.tooMuchOutput(limit: outputLimit) }
        return switch result.terminationStatus {
        case .exited(let code): Outcome(end: .exited(code), output: output, messages: messages)
        case .signaled(let signal): Outcome(end: .signalled(signal), output: output, messages: messages)
        }
    }

    /// Reads to the end, so that the program never waits for us; keeps one byte more than the limit at most.
    private func collect(_ sequence: SubprocessOutputSequence) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await piece in sequence {
            let room = outputLimit + 1 - bytes.count
            if room > 0 { piece.withUnsafeBytes { bytes.append(contentsOf: $0.prefix(room)) } }
        }
        return bytes
    }

    private static func collectMessages(_ sequence: SubprocessOutputSequence) async throws -> CommandMessages {
        var messages = CommandMessages()
        for try await piece in sequence { piece.withUnsafeBytes { messages.append($0) } }
        messages.end()
        return messages
    }
}
