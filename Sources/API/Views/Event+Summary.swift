// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model

extension EventView {
    package init(_ event: Event) { self.init(event: event, summary: Text(event.summary)) }
}

extension Event {
    /// What happened in one line, without the time, the unit and the actor; empty when the kind says it all or the
    /// payload was erased.
    package var summary: String {
        switch kind {
        case .syncStarted: payload(as: SyncStarted.self)?.summary ?? ""
        case .intent: payload(as: Intent.self)?.summary ?? ""
        case .outcome: payload(as: WaveOutcome.self)?.summary ?? ""
        case .syncEnded: payload(as: SyncEnded.self)?.summary ?? ""
        case .drifted: payload(as: Drifted.self)?.summary ?? ""
        case .healed: payload(as: Healed.self).map { names($0.objects) } ?? ""
        case .fightDetected: payload(as: FightDetected.self)?.summary ?? ""
        case .healthChanged:
            payload(as: HealthChanged.self).map { sentence([$0.health.rawValue, $0.reason.string]) } ?? ""
        case .paused: payload(as: Paused.self).map { sentence(["until \($0.until)", $0.reason.string]) } ?? ""
        case .commitSeen: payload(as: CommitSeen.self)?.summary ?? ""
        case .commitAccepted: payload(as: CommitAccepted.self)?.summary ?? ""
        case .unitRemoved: payload(as: UnitRemoved.self)?.summary ?? ""
        default: general
        }
    }

    /// Of kinds that have no shape of their own: whatever of the usual fields there is.
    private var general: String {
        let commit = (payload["commit"]?.stringValue).flatMap { CommitID(hex: $0.string)?.short }
        let version = payload["version"]?.versionValue?.description
        let plan = payload["plan"]?.digestValue.map { "plan \($0.short)" }
        let reason = payload["reason"]?.stringValue?.string
        return sentence([commit, version, plan, reason].compactMap(\.self))
    }
}

extension SyncStarted {
    fileprivate var summary: String {
        let parts = [(counts.create, "create"), (counts.update, "update"), (counts.delete, "delete")]
        let work = parts.filter { $0.0 > 0 }.map { "\($0.0) to \($0.1)" }.joined(separator: ", ")
        return sentence(["\(version) (\(cause.rawValue))", work])
    }
}

extension Intent {
    fileprivate var summary: String {
        let parts = Change.Action.allCases.compactMap { action in
            changes[action].map { $0.isEmpty ? "" : "\(action.rawValue) \(names($0.keys.sorted()))" }
        }
        return "wave \(wave): " + parts.filter { !$0.isEmpty }.joined(separator: "; ")
    }
}

extension WaveOutcome {
    fileprivate var summary: String {
        let first = failed.sorted { $0.key < $1.key }.first
        let parts = [
            applied.isEmpty ? "" : "\(applied.count) applied", released.isEmpty ? "" : "\(released.count) gone",
            first.map { "\(failed.count) failed, \($0.key): \($0.value)" } ?? "",
        ]
        return "wave \(wave): " + parts.filter { !$0.isEmpty }.joined(separator: ", ")
    }
}

extension SyncEnded {
    fileprivate var summary: String { sentence(["\(result.rawValue) at \(version)", reason.string]) }
}

extension Drifted {
    fileprivate var summary: String {
        let who = cause.isEmpty ? "" : "by \(cause): "
        let sorted = objects.sorted { $0.key < $1.key }
        let shown = sorted.prefix(3).map { object, fields in
            fields.isEmpty
                ? "\(object) is gone" : "\(object) (\(fields.prefix(3).map(\.string).joined(separator: ", ")))"
        }
        return who + shown.joined(separator: ", ") + more(sorted.count - shown.count)
    }
}

extension CommitSeen {
    fileprivate var summary: String {
        let what = following.isEmpty ? commit.short : "\(commit.short) of \(following)"
        return what + (signer.map { ", signed by \($0)" } ?? "")
    }
}

extension CommitAccepted {
    fileprivate var summary: String {
        let old = previous.map { " instead of \($0.short)" } ?? ""
        return sentence(["\(commit.short) of \(following)\(old)", reason.string])
    }
}

extension FightDetected {
    fileprivate var summary: String {
        guard !objects.isEmpty else { return cause.string }
        let who = cause.isEmpty ? "somebody" : cause.string
        return "\(who) changed \(names(objects)) back \(rounds) times; waits for a person"
    }
}

extension UnitRemoved {
    fileprivate var summary: String { orphaned.isEmpty ? "" : "left as they are: \(names(orphaned))" }
}

private func sentence(_ parts: [String]) -> String {
    parts.filter { !$0.isEmpty }.joined(separator: ": ")
}

private func names(_ objects: [ObjectID]) -> String {
    objects.prefix(3).map(\.description).joined(separator: ", ") + more(objects.count - 3)
}

private func more(_ count: Int) -> String { count > 0 ? " and \(count) more" : "" }
