// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Counts how often the same objects had to be put back, to notice that someone keeps changing them.
package struct FightLedger: Sendable, Hashable {
    /// So many rounds within the window are a fight.
    package static let rounds = 5
    package static let window: Duration = .seconds(600)

    private var healed: [ObjectID: [Moment]] = [:]

    package init() {}

    package var isEmpty: Bool { healed.isEmpty }

    package mutating func heal(_ objects: some Sequence<ObjectID>, now: Moment) {
        let begin = now.advanced(by: .zero - Self.window)
        healed = healed.compactMapValues { moments in
            let recent = moments.filter { $0 > begin }
            return recent.isEmpty ? nil : recent
        }
        for id in objects { healed[id, default: []].append(now) }
    }

    /// Those of the objects that would be put back once too often, ordered.
    package func fought(among objects: some Sequence<ObjectID>, now: Moment) -> [ObjectID] {
        let begin = now.advanced(by: .zero - Self.window)
        return objects.filter { id in (healed[id] ?? []).count { $0 > begin } >= Self.rounds }.sorted()
    }
}
