// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model

/// What is known of one path of a store: the last answer that was good, and what is wrong now. Pure.
package struct WatchedSecret: Sendable {
    /// The last good answer stays whatever comes after it.
    package private(set) var good: StoredSecret?
    /// What was wrong at the last look; `nil` when it was well.
    package private(set) var failure: StoreError?
    /// When to look again.
    package private(set) var nextLook: Moment?

    package init() {}

    /// What an answer means.
    package enum Change: Sendable, Hashable {
        case nothing
        /// Another version than before, or the first; or another value under the same one.
        case version
        /// It was well, or failed in another way.
        case failed
        /// It failed before, and gives the version that it gave then, or another one.
        case recovered(isOther: Bool)
    }

    /// Takes in what came of a look.
    ///
    /// - Parameters:
    ///   - pause: until the next look; longer when the store asks for it.
    ///   - acceptsOlder: a person knows that the store was put back to an earlier state.
    package mutating func take(
        _ answer: Result<StoredSecret, StoreError>, now: Moment, pause: Duration, acceptsOlder: Bool = false
    ) -> Change {
        switch Self.check(answer, against: acceptsOlder ? nil : good) {
        case .success(let secret):
            // A store that was set up anew counts from one again.
            let isOther = good != secret
            let hadFailed = failure != nil
            (good, failure) = (secret, nil)
            nextLook = now.advanced(by: pause)
            return hadFailed ? .recovered(isOther: isOther) : isOther ? .version : .nothing
        case .failure(let error):
            let isNew = failure?.state != error.state
            failure = error
            nextLook = now.advanced(by: max(pause, min(error.retryAfter ?? .zero, Self.longestPause)))
            return isNew ? .failed : .nothing
        }
    }

    /// What may be handed out: the last good answer, also while the store is down.
    package func answer() throws(StoreError) -> StoredSecret {
        if let good { return good }
        throw failure ?? StoreError(.unreachable, "was not asked yet")
    }

    package func isDue(_ now: Moment) -> Bool { nextLook.map { $0 <= now } ?? true }

    /// A store that asks for a day of peace does not get it.
    private static let longestPause = Duration.seconds(900)

    /// A replica that lags behind, or a backup that was restored, must not bring an old secret back.
    private static func check(
        _ answer: Result<StoredSecret, StoreError>, against good: StoredSecret?
    ) -> Result<StoredSecret, StoreError> {
        guard case .success(let secret) = answer, let before = good?.number, let now = secret.number, now < before
        else { return answer }
        return .failure(
            StoreError(
                .older, "gives version \(now), and gave version \(before) before",
                advice: "if that is meant, run trimtab refresh"))
    }
}
