// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Why a sign-in by a provider came to nothing. For the log; a person is shown ``SignInFault/words``.
package enum SignInFault: Error, Sendable, Hashable {
    /// The browser has no cookie of a sign-in that it began, or one that is too old.
    case notBegun
    /// The answer belongs to another sign-in, of this browser or another one.
    case foreign
    /// It has been answered already.
    case answered
    /// The provider says no: the person did not agree, or may not.
    case denied(Text)
    case provider(ProviderError)
    case token(TokenFault)
    /// What the provider says of the person cannot be used.
    case person(Text)
}

extension SignInFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notBegun: "this browser has not begun to sign in, or more than 10 minutes ago"
        case .foreign: "the answer belongs to another sign-in"
        case .answered: "the answer came a second time"
        case .denied(let code): "the provider says no: \(code)"
        case .provider(let error): error.description
        case .token(let fault): "the token of the provider does not count: \(fault)"
        case .person(let reason): "the person \(reason)"
        }
    }

    /// Fixed sentences: nothing of what somebody sent is ever shown on the page.
    package var words: Text {
        switch self {
        case .notBegun, .foreign, .answered: "This sign-in does not count any more. Begin it again."
        case .denied: "The provider did not let you in."
        case .provider(let error) where error.kind == .unreachable:
            "The provider does not answer. Try again in a minute."
        case .provider, .token: "The sign-in failed. The hub's log says why."
        case .person: "The provider does not say enough of you. The hub's log says what is missing."
        }
    }

    /// Whether it is what somebody gets who tries, and not what happens to people.
    package var isSuspect: Bool {
        switch self {
        case .notBegun, .foreign, .answered, .token: true
        case .provider(let error): error.kind == .refused
        case .denied, .person: false
        }
    }
}
