// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// How one source is followed: what the fleet, or for the fleet itself the operator, says about it.
package struct SourceRules: Sendable, Hashable {
    /// Tells sources apart that share a repository, so that what one accepts the other need not.
    package var name: Text
    package var interval: Duration
    /// Whose signature a commit or tag must carry; anyone's or none when `nil`.
    package var keys: SigningKeys?
    /// Whether history may be rewritten; otherwise forward only.
    package var allowsRewrites: Bool

    package init(
        name: Text, interval: Duration = .seconds(60), keys: SigningKeys? = nil, allowsRewrites: Bool = false
    ) {
        self.name = name
        self.interval = interval
        self.keys = keys
        self.allowsRewrites = allowsRewrites
    }
}

/// What is known of a source after a look at it.
package struct SourceLook: Sendable, Hashable {
    /// The last accepted commit: what is deployed, whatever is wrong now.
    package var accepted: CommitID?
    /// Who signed it, as the keys call them; `nil` when no signature is asked for.
    package var signer: Text?
    /// The commit that the server has, when it was not accepted.
    package var refused: CommitID?
    /// Why it is not what the server has now.
    package var failure: SourceFailure?
    /// When the server last answered, and when it is asked again.
    package var asked: Time?
    package var next: Time?

    package init(
        accepted: CommitID? = nil, signer: Text? = nil, refused: CommitID? = nil, failure: SourceFailure? = nil,
        asked: Time? = nil, next: Time? = nil
    ) {
        self.accepted = accepted
        self.signer = signer
        self.refused = refused
        self.failure = failure
        self.asked = asked
        self.next = next
    }
}
