// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import GitSource
import Manifest
import Model
import Webhooks

extension FleetDesk {
    /// The sources that a hint is about: in use, followed where something moved, allowed to the hook, and not asked by
    /// their servers to be left alone.
    func sources(hintedBy hint: RepositoryHint, of hook: Webhook) -> Set<SourceName> {
        let allowed = hook.sources.isEmpty ? nil : Set(hook.sources)
        let places = Set(hint.addresses.compactMap { HintedPlace(parsing: $0) })
        var hinted: Set<SourceName> = []
        for (name, repository) in repositoriesInUse() {
            if let allowed, !allowed.contains(name) { continue }
            guard let address = repository.mirror?.address else { continue }
            // A hook of few sources that names no address means them all.
            let isMeant = hint.addresses.isEmpty ? allowed != nil : places.contains(HintedPlace(address))
            guard isMeant, mayHaveMoved(name, repository, hint.refs), !mustWait(name) else { continue }
            hinted.insert(name)
        }
        return hinted
    }

    private func repositoriesInUse() -> [(SourceName, Repository)] {
        var all = repositories.map { ($0.key.name, $0.value) }
        if let name = SourceName(Source.fleetItself) { all.append((name, fleet)) }
        return all
    }

    /// Where nobody says which branch the repository takes for its own, any may be it.
    private func mayHaveMoved(_ name: SourceName, _ repository: Repository, _ refs: [Text]) -> Bool {
        guard !refs.isEmpty else { return true }
        let isFleet = name.text == Source.fleetItself
        var follows = groups.map(\.following).filter { $0.source == name }.map { repository.follow($0.follow) }
        follows += bases.keys.filter { $0.source == name }.map { repository.follow($0.follow) }
        if isFleet { follows.append(fleet.ownFollow) }
        let references = follows.map(\.reference)
        return references.isEmpty
            || references.contains { $0 == nil || $0 == "HEAD" || refs.contains(Text($0 ?? "")) }
    }

    private func mustWait(_ name: SourceName) -> Bool {
        looks[name]?.values.contains { if case .busy = $0.look.failure { true } else { false } } ?? false
    }
}
