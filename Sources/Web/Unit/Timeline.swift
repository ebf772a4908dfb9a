// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
package import Model

/// The life of a unit: commits, syncs, drifts and what people did, newest first.
package struct Timeline: Sendable {
    package enum Moment: Sendable {
        case commit(UnitCommit)
        case sync(HistoryEntry)
        case event(EventView)

        package var time: Time {
            switch self {
            case .commit(let commit): commit.time
            case .sync(let entry): entry.ended
            case .event(let view): view.event.time
            }
        }
    }

    package var moments: [Moment]

    static let most = 60

    package init(commits: [UnitCommit], history: [HistoryEntry], events: [EventView]) {
        // A plan that was carried out is told by its sync, unless it says what fields were before.
        let told = events.filter { $0.event.kind != .planned || !RecordedValues(in: $0.event.payload).objects.isEmpty }
        let all = commits.map(Moment.commit) + history.map(Moment.sync) + told.map(Moment.event)
        moments = Array(all.sorted { $0.time > $1.time }.prefix(Self.most))
    }
}

struct TimelineList {
    let timeline: Timeline
    let times: Moments

    init(_ timeline: Timeline, _ times: Moments) {
        self.timeline = timeline
        self.times = times
    }

    var html: HTML {
        H.ol(.class("timeline")) {
            for moment in timeline.moments {
                switch moment {
                case .commit(let commit): html(of: commit)
                case .sync(let entry): html(of: entry)
                case .event(let view): html(of: view)
                }
            }
        }
    }

    private func entry(
        _ mark: Mark, _ tone: Tone, _ time: Time, who: Text, @HTMLBuilder _ what: () -> HTML,
        @HTMLBuilder said: () -> HTML
    ) -> HTML {
        H.li(.class(tone.rawValue)) {
            mark.html
            H.p(.class("what"), content: what)
            said()
            H.p(.class("when")) {
                times.ago(time)
                if !who.isEmpty {
                    " · "
                    Words.cut(who, to: 200)
                }
            }
        }
    }

    private func html(of commit: UnitCommit) -> HTML {
        entry(.commit, .mute, commit.time, who: commit.author) {
            "Commit "
            commit.commit.html
            if commit.isCurrent { " (applied)" }
        } said: {
            H.p(.class("said")) { Words.cut(commit.subject, to: 300) }
        }
    }

    private func html(of sync: HistoryEntry) -> HTML {
        let isGood = sync.result == .succeeded
        return entry(
            isGood ? .inSync : sync.result == .failed ? .failed : .missing,
            isGood ? .good : sync.result == .failed ? .bad : .mute, sync.ended, who: sync.actor.text
        ) {
            isGood ? "Synced to " : "Sync \(sync.result.rawValue) at "
            sync.version.html
            if sync.isCurrent { " (now)" }
            if sync.isBad { " (marked bad)" }
        } said: {
            H.p(.class("said")) { "\(sync.cause.words), \(sync.counts.words)" }
            if !sync.version.bases.isEmpty {
                H.p(.class("said")) { Words.cut("with \(sync.version.basesInWords)", to: 600) }
            }
            if !sync.reason.isEmpty { H.p(.class("said")) { Words.cut(sync.reason, to: 600) } }
        }
    }

    private func html(of view: EventView) -> HTML {
        entry(view.event.mark, view.event.tone, view.event.time, who: view.event.actor.text) {
            view.event.kind.words
        } said: {
            if !view.summary.isEmpty { H.p(.class("said")) { Words.cut(view.summary, to: 600) } }
            BeforeAndAfter(view.event).html
        }
    }
}

extension SyncCause {
    var words: String {
        switch self {
        case .commit: "for a commit"
        case .drift: "to put drift back"
        case .person: "for a person"
        case .rollback: "to go back"
        case .removal: "because it left the fleet"
        case .recovery: "after a restart"
        }
    }
}

extension ChangeCounts {
    /// `2 created, 1 updated`
    var words: String {
        let parts = [(create, "created"), (update, "updated"), (delete, "deleted")].filter { $0.0 > 0 }
        return parts.isEmpty
            ? "nothing changed" : parts.map { "\(Words.number($0.0)) \($0.1)" }.joined(separator: ", ")
    }
}
