// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Glibc

/// A process that is measured from outside: from its start until it was reaped.
package struct Child: Sendable {
    package let id: Int32
    private let began = ContinuousClock.now

    package struct Cost: Sendable {
        package var wall: Duration
        /// User and system time of the process and of those that it waited for.
        package var processor: Duration
        /// Kibibytes at the most.
        package var memory: Int
    }

    package struct Failed: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    /// Its output goes to a file.
    package init(_ arguments: [String], variables: [String: String] = [:], output: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let all = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        let words = arguments.map { strdup($0) } + [nil]
        let environment = all.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + environment { free(word) } }
        var id: pid_t = 0
        let code = posix_spawnp(&id, arguments[0], &actions, nil, words, environment)
        guard code == 0 else { throw Failed(description: "\(arguments[0]): \(String(cString: strerror(code)))") }
        self.id = id
    }

    /// Waits for its end.
    @discardableResult
    package func finish(accepting statuses: Set<Int32> = [0]) throws -> Cost {
        var status: Int32 = 0
        var usage = rusage()
        while wait4(id, &status, 0, &usage) < 0, errno == EINTR {}
        let wall = ContinuousClock.now - began
        let isExit = status & 0x7F == 0
        guard isExit, statuses.contains(status >> 8 & 0xFF) else {
            throw Failed(description: "it ended with the status \(status)")
        }
        let processor = Duration(usage.ru_utime) + Duration(usage.ru_stime)
        return Cost(wall: wall, processor: processor, memory: usage.ru_maxrss)
    }

    package func terminate() throws {
        kill(id, SIGTERM)
        try finish(accepting: [0, 143])
    }

    package static func isInstalled(_ program: String) -> Bool {
        ["/usr/bin/", "/usr/sbin/"].contains { access($0 + program, X_OK) == 0 }
    }

    package static func run(_ arguments: [String], variables: [String: String] = [:], output: String) throws -> Cost {
        try Child(arguments, variables: variables, output: output).finish()
    }
}

extension Duration {
    fileprivate init(_ time: timeval) { self = .seconds(time.tv_sec) + .microseconds(time.tv_usec) }

    package var inMilliseconds: String { String(format: "%.1f ms", self / .milliseconds(1)) }
    package var inSeconds: String { String(format: "%.3f s", self / .seconds(1)) }
}

extension [Duration] {
    /// The value below which so many percent lie; sorted or not.
    package func percentile(_ percent: Int) -> Duration {
        let sorted = sorted()
        return isEmpty ? .zero : sorted[Swift.min(sorted.count - 1, sorted.count * percent / 100)]
    }

    package var median: Duration { percentile(50) }
}
