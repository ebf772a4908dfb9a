// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest
package import Model

/// One time that live state left what was applied, from when it was seen until it was put right.
package struct DriftEpisode: Sendable, Hashable {
    package enum End: Sendable, Hashable {
        case open
        /// Trimtab put it back.
        case healed(Time)
        /// Something else ended it: a sync, or whoever changed it changed it back.
        case settled
    }

    package var unit: UnitID
    /// The fields that differ, by object; none for an object that is gone, `nil` where they are not known.
    package var objects: [ObjectID: [Text]?]
    /// Who or what changed them; empty where that is not known.
    package var cause: Text
    package var since: Time
    package var end: End
    /// Somebody keeps changing it back.
    package var isFight = false

    package init(unit: UnitID, objects: [ObjectID: [Text]?], cause: Text, since: Time, end: End, isFight: Bool = false)
    {
        self.unit = unit
        self.objects = objects
        self.cause = cause
        self.since = since
        self.end = end
        self.isFight = isFight
    }

    /// - Parameters:
    ///   - events: oldest first.
    ///   - units: how they stand now, which tells what ended without an event of its own.
    /// - Returns: the open ones first, then the newest first.
    package static func episodes(of events: [EventView], units: [UnitStatus]) -> [DriftEpisode] {
        var ended: [DriftEpisode] = []
        var open: [UnitID: DriftEpisode] = [:]
        for view in events {
            guard let unit = view.event.unit else { continue }
            if let drifted = view.event.payload(as: Drifted.self) {
                var episode =
                    open[unit]
                    ?? DriftEpisode(unit: unit, objects: [:], cause: "", since: view.event.time, end: .open)
                episode.objects.merge(drifted.objects.mapValues(Optional.init)) { $1 }
                if !drifted.cause.isEmpty { episode.cause = drifted.cause }
                open[unit] = episode
            } else if view.event.kind == .healed {
                guard var episode = open.removeValue(forKey: unit) else { continue }
                episode.end = .healed(view.event.time)
                ended.append(episode)
            } else if view.event.kind == .fightDetected {
                open[unit]?.isFight = true
            }
        }
        var drifting: Set<UnitID> = []
        // By place: a status is large, and hardly any of them is of interest here.
        for place in units.indices {
            guard let drift = units[place].drift else { continue }
            let unit = units[place].unit
            drifting.insert(unit)
            if open[unit] == nil {
                open[unit] = DriftEpisode(
                    unit: unit, objects: Dictionary(uniqueKeysWithValues: Set(drift.examples).map { ($0, nil) }),
                    cause: drift.cause ?? "", since: drift.since, end: .open)
            }
        }
        for (unit, var episode) in open where !drifting.contains(unit) {
            episode.end = .settled
            ended.append(episode)
        }
        func isBefore(_ left: DriftEpisode, _ right: DriftEpisode) -> Bool {
            (left.since, right.unit) > (right.since, left.unit)
        }
        return open.values.filter { drifting.contains($0.unit) }.sorted(by: isBefore) + ended.sorted(by: isBefore)
    }
}
