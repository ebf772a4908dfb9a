// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest
import Model

/// Which names are taken in a place, asked once for all that are looked for there within a time. Guards that one list
/// serves all who ask at the same time.
actor NameShelf {
    private struct Place: Hashable {
        var identity: Text
        var query: Query
    }

    private struct Look {
        var names: Task<Set<Text>?, Never>
        var began: Moment
    }

    private let clocks: Clocks
    /// So long a list is believed.
    private let trust: Duration
    private var looks: [Place: Look] = [:]

    init(clocks: Clocks, trust: Duration) {
        self.clocks = clocks
        self.trust = trust
    }

    /// Whether a name is among those of a query; `nil` where it cannot be listed, so that it must be asked for itself.
    ///
    /// - Parameter written: when this process made it last: a list that is older than that does not show it.
    func holds(_ name: Text, in query: Query, _ reach: Reach, orWrittenAfter written: Moment? = nil) async -> Bool? {
        var query = query
        query.form = .metadata
        let place = Place(identity: reach.identity, query: query)
        let now = clocks.monotonic()
        let look: Look
        if let known = looks[place], now.duration(since: known.began) < trust {
            look = known
        } else {
            looks = looks.filter { now.duration(since: $0.value.began) < trust }
            look = Look(names: Task { [api = reach.api] in await Self.names(query, api) }, began: now)
            looks[place] = look
        }
        guard let names = await look.names.value else {
            if looks[place]?.began == look.began { looks[place] = nil }
            return nil
        }
        if let written, look.began <= written { return true }
        return names.contains(name)
    }

    private static func names(_ query: Query, _ api: any ClusterAPI) async -> Set<Text>? {
        var names: Set<Text> = []
        do throws(KubernetesError) {
            _ = try await api.list(query) { (object) async throws(KubernetesError) in
                if let name = object.objectName { names.insert(name) }
            }
        } catch {
            return nil
        }
        return names
    }
}
