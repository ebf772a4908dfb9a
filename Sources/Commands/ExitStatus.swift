// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API

/// How the process ends; scripts rely on it. ``meaning`` is the documentation.
package enum ExitStatus: Int32, Sendable, Hashable, CaseIterable {
    case success = 0
    case failure = 1
    case differs = 2
    case blocked = 3
    case notFound = 4
    case unavailable = 5
    case broken = 6
    case usage = 64
    case interrupted = 130

    package var meaning: String {
        switch self {
        case .success: "All went well."
        case .failure: "Something failed; the message says what."
        case .differs: "`plan` or `diff` found differences. Nothing failed."
        case .blocked: "A person has to decide first, or the asker may not do this."
        case .notFound: "There is no such unit, source or version."
        case .unavailable: "The daemon, a source or the target cannot be reached, or the state folder is in use."
        case .broken: "`validate` found problems, or `audit verify` found that the journal is not as it was written."
        case .usage: "The command line is wrong."
        case .interrupted: "Interrupted."
        }
    }

    /// The worse of two, when several things were done.
    package func worse(_ other: ExitStatus) -> ExitStatus {
        Self.order(self) >= Self.order(other) ? self : other
    }

    private static func order(_ status: ExitStatus) -> Int {
        let order: [ExitStatus] = [
            .success, .differs, .blocked, .notFound, .unavailable, .broken, .failure, .usage, .interrupted,
        ]
        return order.firstIndex(of: status) ?? order.count
    }
}

extension APIError.Code {
    package var exitStatus: ExitStatus {
        switch self {
        case .invalid: .usage
        case .notFound: .notFound
        case .unauthenticated, .forbidden, .conflict, .blocked, .reused: .blocked
        case .locked, .unavailable, .timedOut, .tooMany: .unavailable
        case .tooLarge, .failed: .failure
        }
    }
}
