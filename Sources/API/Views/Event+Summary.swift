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
        case .additionsSeen: payload(as: AdditionsSeen.self)?.summary ?? ""
        case .healed: payload(as: Healed.self).map { names($0.objects) } ?? ""
        case .fightDetected: payload(as: FightDetected.self)?.summary ?? ""
        case .healthChanged:
            payload(as: HealthChanged.self).map { sentence([$0.health.rawValue, $0.reason.string]) } ?? ""
        case .paused: payload(as: Paused.self).map { sentence(["until \($0.until)", $0.reason.string]) } ?? ""
        case .commitSeen: payload(as: CommitSeen.self)?.summary ?? ""
        case .commitAccepted: payload(as: CommitAccepted.self)?.summary ?? ""
        case .sourceRecovered: payload(as: SourceRecovered.self)?.summary ?? ""
        case .fleetRead: payload(as: FleetRead.self)?.summary ?? ""
        case .fleetRejected: payload(as: FleetRejected.self)?.summary ?? ""
        case .rendered: payload(as: ContentRendered.self)?.summary ?? ""
        case .planned: payload(as: Planned.self)?.summary ?? ""
        case .rolledBack: payload(as: RolledBack.self)?.summary ?? ""
        case .markedBad: payload(as: MarkedBad.self).map { contents($0.renders, $0.reason) } ?? ""
        case .badLifted: payload(as: BadLifted.self).map { contents($0.renders, $0.reason) } ?? ""
        case .inventoryRecovered:
            payload(as: InventoryRecovered.self).map { names($0.inventory.entries.keys.sorted()) } ?? ""
        case .adopted: payload(as: Adopted.self)?.summary ?? ""
        case .capabilitiesSeen: payload(as: CapabilitiesSeen.self)?.summary ?? ""
        case .unitRemoved: payload(as: UnitRemoved.self)?.summary ?? ""
        case .secretsRead: payload(as: SecretsRead.self)?.summary ?? ""
        case .storeFailed: payload(as: StoreFailed.self)?.summary ?? ""
        case .approved:
            payload(as: Approved.self).map { said in
                sentence([said.isBreakGlass ? "BROKE THE GLASS" : "", "plan \(said.plan.short)", said.reason.string])
            } ?? ""
        case .tokenCreated: payload(as: TokenCreated.self)?.summary ?? ""
        case .tokenRevoked: payload(as: TokenRevoked.self).map { sentence([$0.token.string, $0.reason.string]) } ?? ""
        case .signedIn: payload(as: SignedIn.self)?.summary ?? ""
        case .storeRecovered: payload(as: StoreRecovered.self)?.place.string ?? ""
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

extension ChangeCounts {
    fileprivate var summary: String {
        let parts = [(create, "create"), (update, "update"), (delete, "delete")]
        return parts.filter { $0.0 > 0 }.map { "\($0.0) to \($0.1)" }.joined(separator: ", ")
    }
}

extension SyncStarted {
    fileprivate var summary: String {
        sentence(["\(version) (\(cause.rawValue))", part.summary, counts.summary, reason.string])
    }
}

extension SyncPart {
    fileprivate var summary: String {
        let only = objects.map { "only " + names($0.sorted()) } ?? ""
        let asked = pruned?.isEmpty ?? false ? "" : "pruning"
        return [only, asked].filter { !$0.isEmpty }.joined(separator: ", ")
    }
}

extension Planned {
    fileprivate var summary: String {
        let objects = changes.values.flatMap(\.self).sorted { $0.key < $1.key }
        let shown = objects.prefix(3).map { object, fields in
            fields.isEmpty ? "\(object)" : "\(object) (\(fields.prefix(3).map(\.string).joined(separator: ", ")))"
        }
        let others = counts.create + counts.update + counts.delete - shown.count
        return sentence(["plan \(plan.short) for \(version)", counts.summary, shown.joined(separator: ", ")])
            + more(others)
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
    fileprivate var summary: String { "by \(cause.isEmpty ? "somebody unknown" : cause.string): " + names(objects) }
}

extension AdditionsSeen {
    fileprivate var summary: String {
        guard !objects.isEmpty else { return "nothing is left of them" }
        return (cause.isEmpty ? "" : "by \(cause): ") + names(objects)
    }
}

extension CommitSeen {
    fileprivate var summary: String {
        let what = following.isEmpty ? commit.short : "\(commit.short) of \(following)"
        return what + (signer.map { ", signed by \($0)" } ?? "")
    }
}

extension SourceRecovered {
    fileprivate var summary: String { following.string + (commit.map { " stands at \($0.short)" } ?? "") }
}

extension FleetRead {
    fileprivate var summary: String {
        let counts = [
            (targets, "target"), (sources, "source"), (projects, "project"), (applications, "application"),
        ]
        let words = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
        let place = "\(fleet)" + (commit.map { " at \($0.short)" } ?? "")
        return sentence([place, words.joined(separator: ", ")])
    }
}

extension FleetRejected {
    fileprivate var summary: String {
        let place = commit.map { "\($0.short)" } ?? ""
        let extent = isWhole ? "nothing of it counts" : "the rest counts"
        return sentence([place, problems.first?.string ?? ""]) + more(count - 1) + "; \(extent)"
    }
}

extension ContentRendered {
    fileprivate var summary: String {
        "\(version) to content \(render.short), \(objects) object\(objects == 1 ? "" : "s")"
    }
}

extension RolledBack {
    fileprivate var summary: String { "from \(from.version) to \(to.version)" }
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

extension Adopted {
    fileprivate var summary: String {
        let who = managers.map(\.string).joined(separator: ", ")
        return sentence(["\(names(objects)) from \(who)", reason.string])
    }
}

extension CapabilitiesSeen {
    fileprivate var summary: String {
        let version = capabilities.kubeVersion ?? "of unknown version"
        return "\(target): Kubernetes \(version), \(capabilities.apiVersions.count) API versions and kinds"
    }
}

extension SecretsRead {
    fileprivate var summary: String {
        let shown = accesses.prefix(3).map { "\($0.place) (\($0.version))" }
        return accesses.isEmpty
            ? "no longer any" : shown.joined(separator: ", ") + more(accesses.count - shown.count)
    }
}

extension StoreFailed {
    fileprivate var summary: String { sentence([place.string, state.string, reason.string]) }
}

extension UnitRemoved {
    fileprivate var summary: String { orphaned.isEmpty ? "" : "left as they are: \(names(orphaned))" }
}

private func sentence(_ parts: [String]) -> String {
    parts.filter { !$0.isEmpty }.joined(separator: ": ")
}

private func contents(_ renders: [Digest], _ reason: Text) -> String {
    let shown = renders.prefix(3).map(\.short).joined(separator: ", ") + more(renders.count - 3)
    return sentence([renders.isEmpty ? "" : "content \(shown)", reason.string])
}

private func names(_ objects: [ObjectID]) -> String {
    objects.prefix(3).map(\.description).joined(separator: ", ") + more(objects.count - 3)
}

private func names(_ objects: [ObjectID: [Text]]) -> String {
    let shown = objects.sorted { $0.key < $1.key }.prefix(3).map { object, fields in
        fields.isEmpty
            ? "\(object) is gone" : "\(object) (\(fields.prefix(3).map(\.string).joined(separator: ", ")))"
    }
    return shown.joined(separator: ", ") + more(objects.count - shown.count)
}

private func more(_ count: Int) -> String { count > 0 ? " and \(count) more" : "" }

extension TokenCreated {
    fileprivate var summary: String {
        let verbs = verbs.map(\.string).joined(separator: ", ")
        let projects = projects.map(\.string).joined(separator: ", ")
        let what = verbs.isEmpty ? "" : projects.isEmpty ? "may \(verbs)" : "may \(verbs) in \(projects)"
        return sentence([token.string, what, "until \(expires)", reason.string])
    }
}

extension SignedIn {
    fileprivate var summary: String {
        sentence(["by \(by)", address.isEmpty ? "" : "from \(address)"])
    }
}
