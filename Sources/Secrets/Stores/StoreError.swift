// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Why a store did not give what it was asked for. Never holds a value, nor what the store answered.
package struct StoreError: Error, Sendable, Hashable {
    /// Also a word for people and programs, in events and in `trimtab status`.
    package enum State: String, Sendable, Hashable, CaseIterable {
        /// Nothing answers, or it is sealed or starting.
        case unreachable
        /// It answers too slowly.
        case slow
        /// It asks to be left alone for a while.
        case throttled
        /// It does not let us in.
        case signInRefused = "sign-in-refused"
        /// It lets us in and not at this path.
        case denied
        /// There is nothing at the path, or no longer.
        case missing
        /// It gives a version that is older than one that it gave before.
        case older
        /// What it answers is not what such a store answers.
        case malformed
        /// More than we take.
        case tooLarge = "too-large"
        /// The agent does not know how to reach it, or is not allowed to for this project.
        case unconfigured

        /// Whether it may go away by itself, with nobody changing anything.
        package var isPassing: Bool {
            switch self {
            case .unreachable, .slow, .throttled: true
            case .signInRefused, .denied, .missing, .older, .malformed, .tooLarge, .unconfigured: false
            }
        }
    }

    package var state: State
    /// What is wrong, without a final full stop.
    package var reason: Text
    /// What to do, where we know.
    package var advice: Text?
    /// When it may be asked again, where it says so.
    package var retryAfter: Duration?

    package init(_ state: State, _ reason: Text, advice: Text? = nil, retryAfter: Duration? = nil) {
        self.state = state
        self.reason = reason
        self.advice = advice
        self.retryAfter = retryAfter
    }
}

extension StoreError: CustomStringConvertible {
    package var description: String { advice.map { "\(reason) (\($0))" } ?? reason.string }
}
