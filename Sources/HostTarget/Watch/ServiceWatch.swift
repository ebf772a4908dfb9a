// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Manifest
import Model
import Synchronization

/// Which services matter to whom, and where changes are reported.
final class ServiceWatch: Sendable {
    private struct State: Sendable {
        var services: [ServiceName: Set<Interest>] = [:]
        var sink: WatchSink?
    }

    private struct Interest: Sendable, Hashable {
        var unit: UnitID
        var object: ObjectID
    }

    private let state = Mutex(State())

    /// Replaces what is watched for a unit.
    func setWatched(_ services: [(object: ObjectID, service: ServiceName)], of unit: UnitID) {
        state.withLock { state in
            state.services = state.services.compactMapValues { interests in
                let others = interests.filter { $0.unit != unit }
                return others.isEmpty ? nil : others
            }
            for (object, service) in services {
                state.services[service, default: []].insert(Interest(unit: unit, object: object))
            }
        }
    }

    func setSink(_ sink: WatchSink?) { state.withLock { $0.sink = sink } }

    /// A service changed; `nil` when any may have.
    func changed(_ service: ServiceName?) {
        let (interests, sink) = state.withLock { state in
            (service.map { state.services[$0] ?? [] } ?? Set(state.services.values.joined()), state.sink)
        }
        let objects = Dictionary(grouping: interests, by: \.unit).mapValues { Set($0.map(\.object)) }
        for (unit, objects) in objects { sink?.changed(unit, objects) }
    }

    func report(_ objects: Set<ObjectID>, of unit: UnitID) { state.withLock { $0.sink }?.changed(unit, objects) }
}
