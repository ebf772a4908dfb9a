// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// How much an event matters to people.
package enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
    case info, warning, error

    private var rank: Int {
        switch self {
        case .info: 0
        case .warning: 1
        case .error: 2
        }
    }

    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
}

extension Event {
    /// `nil` for steps of which other events tell the end.
    package var severity: Severity? {
        switch kind {
        case .intent, .outcome, .rendered, .planned, .fleetRead: nil
        case .syncEnded: payload(as: SyncEnded.self)?.result == .failed ? .error : .info
        case .sourceFailed, .storeFailed, .commitRefused, .fleetRejected, .renderFailed, .fightDetected: .error
        case .planBlocked, .drifted, .additionsSeen, .inventoryRecovered, .markedBad, .rolledBack, .badLifted,
            .cancelled, .unitRemoved, .commitAccepted, .tokenCreated, .tokenRevoked, .rejected:
            .warning
        case .approved: payload(as: Approved.self)?.isBreakGlass == true ? .error : .info
        case .healthChanged:
            (payload(as: HealthChanged.self)?.health ?? .unknown) <= .progressing ? .info : .warning
        default: .info
        }
    }
}
