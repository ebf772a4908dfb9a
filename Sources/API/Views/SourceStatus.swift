// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// How one source does.
package struct SourceStatus: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        /// The newest commit is known and accepted.
        case ready
        /// Never fetched yet.
        case waiting
        /// Fetching fails; the last accepted commit stays.
        case failed
        /// The newest commit is not accepted (unsigned, rewritten history); the last accepted one stays.
        case refused
    }

    package var name: SourceName
    /// Without credentials.
    package var url: Text
    /// What is followed, in words: `branch main`.
    package var following: Text
    package var state: State
    /// Why it failed or was refused.
    package var reason: Text?
    /// The last accepted commit; `nil` before the first, and for a plain folder.
    package var commit: CommitID?
    /// The newest commit, when it is not accepted.
    package var refused: CommitID?
    /// When it was last asked with success.
    package var fetched: Time?
    package var nextFetch: Time?

    package init(
        name: SourceName, url: Text, following: Text, state: State, reason: Text? = nil, commit: CommitID? = nil,
        refused: CommitID? = nil, fetched: Time? = nil, nextFetch: Time? = nil
    ) {
        self.name = name
        self.url = url
        self.following = following
        self.state = state
        self.reason = reason
        self.commit = commit
        self.refused = refused
        self.fetched = fetched
        self.nextFetch = nextFetch
    }
}

extension SourceStatus: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            name: try fields.required("name"),
            url: try fields.required("url"),
            following: try fields.required("following"),
            state: try readCase(try fields.required("state", as: Value.self)),
            reason: try fields.optional("reason"),
            commit: try fields.optional("commit"),
            refused: try fields.optional("refused"),
            fetched: try fields.optional("fetched"),
            nextFetch: try fields.optional("nextFetch"))
    }

    package var wire: Value {
        .fields([
            "name": name.wire, "url": url.wire, "following": following.wire, "state": .string(Text(state.rawValue)),
            "reason": reason?.wire, "commit": commit?.wire, "refused": refused?.wire,
            "fetched": fetched?.wire, "nextFetch": nextFetch?.wire,
        ])
    }
}
