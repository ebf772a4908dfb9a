// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Fleet
import Manifest
import Model

/// How all units stand, kept from one question to the next: what has changed since is worked out again, and nothing else.
///
/// Kept only while somebody asks for them all: it takes half a kilobyte a unit, and whoever asks for some by name is
/// answered without it.
///
/// Two who ask at once may both be told what has changed, and come back in either order: the older news is then dropped,
/// since what stands here is newer than its question already.
actor StatusBoard {
    private let engine: Engine
    private let clocks: Clocks
    /// `nil` while nothing is kept.
    private var mark: UInt64?
    /// Ordered by id.
    private var statuses: [UnitStatus] = []
    /// When they end, by place.
    private var pauses: [Int: Time] = [:]
    private var labelled: Int?
    /// When somebody asked for them all.
    private var asked = Moment.start

    /// So long after the last question for all nothing is kept any more.
    static let patience = Duration.seconds(300)

    /// What the fleet says of labels.
    struct Labelling: Sendable {
        /// Another one may say something else.
        var revision: Int
        var fleet: FleetSnapshot
    }

    init(engine: Engine, clocks: Clocks) {
        self.engine = engine
        self.clocks = clocks
    }

    /// Whether the states of all are kept, for tests.
    var isKept: Bool { mark != nil }

    /// Ordered by id, each once.
    ///
    /// - Parameter patterns: each names an application and a target; `nil` for all units.
    func statuses(of patterns: [UnitPattern]?, at now: Time, _ labelling: Labelling) async -> [UnitStatus] {
        let exact = patterns.flatMap { UnitFilter(patterns: $0).exactUnits }
        // Units whose fleet is not named are looked for among all.
        if exact == nil { asked = clocks.monotonic() } else { forget() }
        if mark == nil, let units = exact {
            return await engine.snapshots(of: units).map { snapshot in
                var status = UnitStatus(snapshot, now: now)
                status.labels = UnitLabels(status.unit, in: labelling.fleet)
                return status
            }
        }
        let news = await engine.news(since: mark)
        // It may have been let go of meanwhile: what has changed since says nothing of the others then.
        guard news.isWhole || mark != nil else { return await statuses(of: patterns, at: now, labelling) }
        if news.mark >= mark ?? 0 { take(news, at: now, labelling) }
        label(labelling)
        end(pausesBefore: now)
        guard let patterns else { return statuses }
        return Set(patterns.flatMap(places)).sorted().map { statuses[$0] }
    }

    private func places(of pattern: UnitPattern) -> [Int] {
        guard let application = pattern.application, let target = pattern.target else { return [] }
        if let fleet = pattern.fleet {
            return place(of: UnitID(fleet: fleet, application: application, target: target)).map { [$0] } ?? []
        }
        return UnitPlaces.places(of: application.text, on: target.text, count: statuses.count) { statuses[$0].unit }
    }

    private func forget() {
        guard mark != nil, clocks.monotonic().duration(since: asked) > Self.patience else { return }
        (mark, statuses, pauses, labelled) = (nil, [], [:], nil)
    }

    private func place(of unit: UnitID) -> Int? {
        UnitPlaces.place(of: unit, count: statuses.count) { statuses[$0].unit }
    }

    private func take(_ news: UnitNews, at now: Time, _ labelling: Labelling) {
        if news.isWhole {
            statuses = news.units.map { UnitStatus($0, now: now) }
            pauses = [:]
            for place in statuses.indices { pauses[place] = statuses[place].pause?.until }
            labelled = nil
        } else {
            for snapshot in news.units { put(UnitStatus(snapshot, now: now), labelling) }
        }
        mark = news.mark
    }

    private func put(_ status: UnitStatus, _ labelling: Labelling) {
        guard let place = place(of: status.unit) else { return }
        statuses[place] = status
        statuses[place].labels = UnitLabels(status.unit, in: labelling.fleet)
        pauses[place] = status.pause?.until
    }

    private func label(_ labelling: Labelling) {
        guard labelled != labelling.revision else { return }
        labelled = labelling.revision
        for place in statuses.indices {
            statuses[place].labels = UnitLabels(statuses[place].unit, in: labelling.fleet)
        }
    }

    private func end(pausesBefore now: Time) {
        for (place, until) in pauses where until <= now {
            pauses[place] = nil
            statuses[place].pause = nil
        }
    }
}

extension UnitLabels {
    init(_ unit: UnitID, in fleet: FleetSnapshot) {
        self.init(
            application: fleet.applications[unit.application]?.labels ?? [:],
            target: fleet.targets[unit.target]?.labels ?? [:])
    }
}
