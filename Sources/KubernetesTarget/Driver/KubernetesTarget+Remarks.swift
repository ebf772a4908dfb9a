// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
package import Manifest
package import Model
import Synchronization

extension KubernetesTarget {
    /// Kinds of the unit that the server serves with less than is customary.
    package func remarks(on unit: UnitID) -> [Text] {
        desk.resources(watchedFor: unit, where: isRemarkable).map { resource in
            let isMerged = cluster.isMerged(resource)
            let watching = "cannot be watched: looked at once a minute"
            let merging = "cannot be applied by the server: read, merged and written back"
            let words = [resource.canBeWatched ? nil : watching, isMerged ? merging : nil].compactMap(\.self)
            return Text("\(resource) " + words.joined(separator: "; "))
        }
    }

    package var hasRemarks: Bool { desk.watches(isRemarkable) }

    private func isRemarkable(_ resource: ResourceType) -> Bool {
        !resource.canBeWatched || cluster.isMerged(resource)
    }
}

extension Desk {
    /// Whether anything of such a kind is watched for anybody.
    func watches(_ isMeant: (ResourceType) -> Bool) -> Bool {
        state.withLock { state in state.feeds.keys.contains { isMeant($0.resource) } }
    }

    /// Kinds of what is watched for a unit, ordered by name. Costs next to nothing where nothing of such a kind is watched
    /// for anybody.
    func resources(watchedFor unit: UnitID, where isMeant: (ResourceType) -> Bool) -> [ResourceType] {
        state.withLock { state in
            let meant = Set(state.feeds.keys.filter { isMeant($0.resource) })
            guard !meant.isEmpty else { return [] }
            var found: Set<ResourceType> = []
            for place in state.watched[unit] ?? [] {
                if let feed = state.entries[place]?.object.feed, meant.contains(feed) { found.insert(feed.resource) }
            }
            return found.sorted { Text("\($0)") < Text("\($1)") }
        }
    }
}
