// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import GitSource
import Journal
import Manifest
import Model

/// What is on record of every source: turns looks into events, one for each change and none for a look that found what
/// was known.
struct SourceLedger: Sendable {
    /// What is followed of which source.
    struct Key: Hashable, Sendable {
        var source: SourceName
        var following: Text
    }

    private struct Entry: Sendable, Hashable {
        var accepted: CommitID?
        /// What is wrong, as it was recorded; `nil` when nothing is.
        var complaint: Complaint?
    }

    private enum Complaint: Sendable, Hashable {
        case refused(CommitID?, Text)
        case failed(Text)

        var isFailure: Bool { if case .failed = self { true } else { false } }
    }

    private var entries: [Key: Entry] = [:]

    init() {}

    /// Reads what earlier processes recorded.
    /// - Parameter events: of the kinds in ``kinds``, the oldest first.
    init(_ events: [Event]) {
        for event in events {
            guard let source = event.draft.source else { continue }
            if let seen = event.payload(as: CommitSeen.self) {
                entries[Key(source: source, following: seen.following)] = Entry(accepted: seen.commit)
            } else if let accepted = event.payload(as: CommitAccepted.self) {
                // The commit itself is seen next.
                entries[Key(source: source, following: accepted.following), default: Entry()].complaint = nil
            } else if let refused = event.payload(as: CommitRefused.self) {
                entries[Key(source: source, following: refused.following), default: Entry()].complaint =
                    .refused(refused.commit, refused.reason)
            } else if let recovered = event.payload(as: SourceRecovered.self) {
                entries[Key(source: source, following: recovered.following), default: Entry()].complaint = nil
            } else if let failed = event.payload(as: SourceFailed.self) {
                entries[Key(source: source, following: failed.following), default: Entry()].complaint =
                    .failed(failed.reason)
            }
        }
    }

    static let kinds: Set<EventKind> = [
        .commitSeen, .commitAccepted, .commitRefused, .sourceFailed, .sourceRecovered,
    ]

    /// Takes note of a look. Gives what is to be recorded of it.
    mutating func note(
        _ look: SourceLook, at follow: Follow, of source: SourceName, arrival: CommitSeen.Arrival? = nil
    ) -> [EventDraft] {
        let following = Text("\(follow)")
        let key = Key(source: source, following: following)
        let before = entries[key] ?? Entry()
        var drafts: [EventDraft] = []
        if let commit = look.accepted, commit != before.accepted {
            let seen = CommitSeen(
                commit: commit, following: following, previous: before.accepted, signer: look.signer,
                arrival: arrival)
            drafts.append(seen.draft(of: source))
        }
        let complaint = look.failure.map { Self.complaint($0, about: look.refused) }
        if let complaint, complaint != before.complaint {
            switch complaint {
            case .refused(let commit, let reason):
                let refused = CommitRefused(
                    commit: commit, following: following, accepted: look.accepted, reason: reason)
                drafts.append(refused.draft(of: source))
            case .failed(let reason):
                drafts.append(SourceFailed(following: following, reason: reason).draft(of: source))
            }
        }
        // The end of a refusal is a commit that is seen, unless the server went back to what counts.
        if complaint == nil, let over = before.complaint, drafts.isEmpty || over.isFailure {
            drafts.append(SourceRecovered(following: following, commit: look.accepted).draft(of: source))
        }
        entries[key] = Entry(accepted: look.accepted ?? before.accepted, complaint: complaint)
        return drafts
    }

    private static func complaint(_ failure: SourceFailure, about commit: CommitID?) -> Complaint {
        switch failure {
        case .rewritten, .unsigned, .untrusted, .notACommit: return .refused(commit, Text("\(failure)"))
        // How long it asks to wait differs from look to look.
        case .busy(let address, _): return .failed(Text("\(SourceFailure.busy(address, retryAfter: nil))"))
        default: return .failed(Text("\(failure)"))
        }
    }
}

extension Journal {
    /// What is on record of the sources, as far as the newest events tell: a source that none of them is about is put on
    /// record once more.
    func sourceLedger() async throws(JournalError) -> SourceLedger {
        let filter = JournalFilter(kinds: SourceLedger.kinds, order: .newestFirst, limit: 1000)
        return SourceLedger(try await events(filter).reversed())
    }
}
