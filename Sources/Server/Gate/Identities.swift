// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
package import Model
package import SignIn
import Synchronization

/// All that says who somebody is who comes over the network.
package struct Identities: Sendable {
    package var tokens: TokenDesk
    package var sessions: Sessions
    package var providers: Providers
    /// Writes into the journal.
    package var record: @Sendable ([EventDraft]) async throws -> Void
    package var now: @Sendable () -> Time
    let attempts = SharedAttempts()

    package init(
        tokens: TokenDesk, sessions: Sessions, providers: Providers, now: @escaping @Sendable () -> Time,
        record: @escaping @Sendable ([EventDraft]) async throws -> Void
    ) {
        self.tokens = tokens
        self.sessions = sessions
        self.providers = providers
        self.now = now
        self.record = record
    }
}

/// What all connections count together.
final class SharedAttempts: Sendable {
    private let attempts = Mutex(Attempts())

    func wait(for address: Text, now: Time) -> Duration? { attempts.withLock { $0.wait(for: address, now: now) } }

    func noteFailure(of address: Text, now: Time) { attempts.withLock { $0.noteFailure(of: address, now: now) } }

    /// Gives the error for a sign-in that failed: from some number on, that there were too many.
    func refuse(_ address: Text, now: Time, _ reason: Text) -> APIError {
        let wait = attempts.withLock { attempts in
            attempts.noteFailure(of: address, now: now)
            return attempts.wait(for: address, now: now)
        }
        guard let wait else { return APIError(.unauthenticated, reason) }
        return Self.tooMany(wait)
    }

    static func tooMany(_ wait: Duration) -> APIError {
        APIError(
            .tooMany, "too many sign-ins from this address failed",
            advice: "try again in \(max(1, wait.components.seconds)) s")
    }
}
