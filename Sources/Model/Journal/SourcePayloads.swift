// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

// What a source brought. The event names the source; what of it is followed stands in the payload, in words.

/// A commit counts from now on.
package struct CommitSeen: Payload {
    package static let kind = EventKind.commitSeen
    package var commit: CommitID
    /// `branch main`
    package var following: Text
    /// What counted before; `nil` for the first.
    package var previous: CommitID?
    /// Who signed it, as the source's keys call them; `nil` when no signature is asked for.
    package var signer: Text?
    /// How it came; `nil` in events that were written before this was kept.
    package var arrival: Arrival?

    /// When somebody said that something moved, and when it was looked for and found.
    package struct Arrival: Sendable, Hashable {
        /// `nil` where nobody said it: the source was due, or a person asked.
        package var hinted: Time?
        package var began: Time
        package var ended: Time

        package init(hinted: Time? = nil, began: Time, ended: Time) {
            self.hinted = hinted
            self.began = began
            self.ended = ended
        }

        fileprivate var value: Value {
            .fields(["hinted": hinted.map { Value($0) }, "began": Value(began), "ended": Value(ended)])
        }

        fileprivate init?(_ value: Value) {
            guard let began = value["began"]?.timeValue, let ended = value["ended"]?.timeValue else { return nil }
            self.init(hinted: value["hinted"]?.timeValue, began: began, ended: ended)
        }
    }

    package init(
        commit: CommitID, following: Text, previous: CommitID? = nil, signer: Text? = nil, arrival: Arrival? = nil
    ) {
        self.commit = commit
        self.following = following
        self.previous = previous
        self.signer = signer
        self.arrival = arrival
    }

    package var value: Value {
        .fields([
            "commit": Value(commit.hex), "following": .string(following), "previous": previous.map { Value($0.hex) },
            "signature": signer == nil ? "not asked for" : "good", "signer": signer.map(Value.string),
            "arrival": arrival?.value,
        ])
    }

    package init?(_ value: Value) {
        guard let commit = value["commit"]?.commitValue else { return nil }
        self.init(
            commit: commit, following: value["following"]?.stringValue ?? "", previous: value["previous"]?.commitValue,
            signer: value["signer"]?.stringValue, arrival: value["arrival"].flatMap { Arrival($0) })
    }
}

/// A commit of the server does not count: history was rewritten, or its signature is not as it should be.
package struct CommitRefused: Payload {
    package static let kind = EventKind.commitRefused
    /// `nil` when what is followed is no commit.
    package var commit: CommitID?
    package var following: Text
    /// What counts still.
    package var accepted: CommitID?
    package var reason: Text

    package init(commit: CommitID?, following: Text, accepted: CommitID?, reason: Text) {
        self.commit = commit
        self.following = following
        self.accepted = accepted
        self.reason = reason
    }

    package var value: Value {
        .fields([
            "commit": commit.map { Value($0.hex) }, "following": .string(following),
            "accepted": accepted.map { Value($0.hex) }, "reason": .string(reason),
        ])
    }

    package init?(_ value: Value) {
        guard let reason = value["reason"]?.stringValue else { return nil }
        self.init(
            commit: value["commit"]?.commitValue, following: value["following"]?.stringValue ?? "",
            accepted: value["accepted"]?.commitValue, reason: reason)
    }
}

/// A source cannot be had; what counted before counts still.
package struct SourceFailed: Payload {
    package static let kind = EventKind.sourceFailed
    package var following: Text
    package var reason: Text

    package init(following: Text, reason: Text) {
        self.following = following
        self.reason = reason
    }

    package var value: Value { ["following": .string(following), "reason": .string(reason)] }

    package init?(_ value: Value) {
        guard let reason = value["reason"]?.stringValue else { return nil }
        self.init(following: value["following"]?.stringValue ?? "", reason: reason)
    }
}

/// What was wrong with a source is over, and what counted before counts still.
package struct SourceRecovered: Payload {
    package static let kind = EventKind.sourceRecovered
    package var following: Text
    /// What counts.
    package var commit: CommitID?

    package init(following: Text, commit: CommitID?) {
        self.following = following
        self.commit = commit
    }

    package var value: Value {
        .fields(["following": .string(following), "commit": commit.map { Value($0.hex) }])
    }

    package init?(_ value: Value) {
        guard let following = value["following"]?.stringValue else { return nil }
        self.init(following: following, commit: value["commit"]?.commitValue)
    }
}

/// A person lets a commit count that does not descend from the one before.
package struct CommitAccepted: Payload {
    package static let kind = EventKind.commitAccepted
    package var commit: CommitID
    package var following: Text
    package var previous: CommitID?
    /// Why; empty when nothing was said.
    package var reason: Text

    package init(commit: CommitID, following: Text, previous: CommitID?, reason: Text) {
        self.commit = commit
        self.following = following
        self.previous = previous
        self.reason = reason
    }

    package var value: Value {
        .fields([
            "commit": Value(commit.hex), "following": .string(following), "previous": previous.map { Value($0.hex) },
            "reason": reason.isEmpty ? nil : .string(reason),
        ])
    }

    package init?(_ value: Value) {
        guard let commit = value["commit"]?.commitValue else { return nil }
        self.init(
            commit: commit, following: value["following"]?.stringValue ?? "", previous: value["previous"]?.commitValue,
            reason: value["reason"]?.stringValue ?? "")
    }
}

extension Payload {
    package func draft(of source: SourceName, by actor: Actor = .trimtab) -> EventDraft {
        EventDraft(kind: Self.kind, source: source, actor: actor, payload: value)
    }
}

extension Value {
    fileprivate var commitValue: CommitID? { stringValue.flatMap { CommitID(hex: $0.string) } }
}
