// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

extension EventKind {
    /// What happened, in a word or two: as the kind is called, where people would say the same.
    var words: String {
        switch self {
        case .commitSeen: "New commit"
        case .planBlocked: "Plan waits"
        case .badLifted: "Mark lifted"
        case .capabilitiesSeen: "Target looked at"
        case .retained: "Details erased"
        default: spelled
        }
    }

    /// `syncStarted` as `Sync started`.
    private var spelled: String {
        var words = ""
        for letter in rawValue {
            words +=
                letter.isUppercase ? " \(letter.lowercased())" : words.isEmpty ? letter.uppercased() : String(letter)
        }
        return words
    }

    var mark: Mark {
        switch self {
        case .commitSeen, .commitAccepted, .fleetRead, .rendered, .planned: .commit
        case .commitRefused, .planBlocked: .blocked
        case .sourceFailed, .fleetRejected, .renderFailed, .storeFailed: .failed
        case .syncStarted, .intent: .syncing
        case .outcome, .syncEnded, .healed, .sourceRecovered, .storeRecovered, .inventoryRecovered: .healthy
        case .cancelled: .missing
        case .approved: .inSync
        case .rejected: .failed
        case .drifted: .drifted
        case .fightDetected: .degraded
        case .adopted, .confirmed, .signedIn, .tokenCreated, .tokenRevoked: .person
        case .paused: .paused
        case .resumed: .progressing
        case .rolledBack, .markedBad, .badLifted: .rollback
        default: .unknown
        }
    }

    var tone: Tone {
        switch self {
        case .commitRefused, .sourceFailed, .fleetRejected, .renderFailed, .storeFailed, .planBlocked, .rejected: .bad
        case .drifted, .fightDetected, .paused, .rolledBack, .markedBad, .cancelled: .careful
        case .healed, .sourceRecovered, .storeRecovered, .outcome, .syncEnded, .approved: .good
        case .commitSeen, .commitAccepted, .syncStarted, .intent, .resumed, .confirmed, .badLifted: .busy
        default: .mute
        }
    }
}

extension Event {
    /// Of a change of health, that of the health.
    var mark: Mark { payload(as: HealthChanged.self)?.health.mark ?? kind.mark }
    var tone: Tone { payload(as: HealthChanged.self)?.health.tone ?? kind.tone }
}

/// Kinds of events that one looks for together.
package enum EventGroup: String, Sendable, CaseIterable {
    case syncs, drift, people, health, sources, plans, secrets

    package var kinds: [EventKind] {
        switch self {
        case .syncs: [.syncStarted, .intent, .outcome, .syncEnded, .cancelled]
        case .drift: [.drifted, .healed, .fightDetected, .additionsSeen]
        case .people:
            [
                .paused, .resumed, .confirmed, .approved, .rejected, .rolledBack, .markedBad, .badLifted, .adopted,
                .cancelled,
                .commitAccepted, .signedIn, .tokenCreated, .tokenRevoked,
            ]
        case .health: [.healthChanged]
        case .sources:
            [
                .commitSeen, .commitRefused, .commitAccepted, .sourceFailed, .sourceRecovered, .fleetRead,
                .fleetRejected,
            ]
        case .plans: [.rendered, .renderFailed, .planned, .planBlocked, .confirmed, .approved, .rejected]
        case .secrets: [.secretsRead, .storeFailed, .storeRecovered]
        }
    }

    var words: String {
        switch self {
        case .syncs: "syncs"
        case .drift: "drift and healing"
        case .people: "acts of people"
        case .health: "health"
        case .sources: "commits and sources"
        case .plans: "renders and plans"
        case .secrets: "secrets"
        }
    }
}
