// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Glibc
import Model

extension Environment {
    /// What this process was given.
    package static func process(parts: Parts) -> Environment {
        Environment(
            variables: variables, user: geteuid(), actor: { UserName.current }, workingFolder: workingFolder,
            terminal: .standard, now: wallClock,
            parts: parts)
    }

    private static var variables: [String: String] {
        var variables: [String: String] = [:]
        for name in [
            "HOME", "TRIMTAB_STATE", "NO_COLOR", "TERM", "XDG_CONFIG_HOME", "TRIMTAB_CONTEXT", "TRIMTAB_TOKEN",
        ] {
            if let value = getenv(name) { variables[name] = String(cString: value) }
        }
        return variables
    }

    private static var workingFolder: String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        return getcwd(&buffer, buffer.count).map { String(cString: $0) }
    }

    private static func wallClock() -> Time {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Time(nanoseconds: Int64(now.tv_sec) &* 1_000_000_000 &+ Int64(now.tv_nsec))
    }
}
