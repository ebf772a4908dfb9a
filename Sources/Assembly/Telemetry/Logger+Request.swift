// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Glibc
import Logging
import Model
import Telemetry

extension Logger {
    /// The daemon's logger, on standard error. Handed to whoever logs; swift-log's global one is left alone.
    ///
    /// - Parameter room: whose it is; `nil` for the daemon as a whole.
    init(_ request: DaemonRequest, _ room: DaemonRequest.LogRoom? = nil, output: LogOutput = .standardError) {
        let level = Logger.Level(request.level(of: room))
        self.init(label: room?.rawValue ?? "trimtab") { label in
            switch request.logFormat {
            case .json: JSONLogHandler(label: label, level: level, output: output, clock: Clocks.system.wall)
            case .text:
                TerminalLogHandler(
                    label: label, level: level, isColored: isatty(STDERR_FILENO) == 1, output: output,
                    clock: Clocks.system.wall)
            }
        }
    }
}

extension Logger.Level {
    init(_ level: DaemonRequest.LogLevel) {
        switch level {
        case .debug: self = .debug
        case .info: self = .info
        case .warning: self = .warning
        case .error: self = .error
        }
    }
}
