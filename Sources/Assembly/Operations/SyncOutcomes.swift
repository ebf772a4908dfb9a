// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// What syncs of a unit did to each object: the intents say what was meant, the outcomes what came of it.
enum SyncOutcomes {
    /// Ordered by object. Where an object was touched more than once, the last time counts.
    static func read(_ events: [Event]) -> [Outcome] {
        var intended: [ObjectID: Change.Action] = [:]
        var outcomes: [ObjectID: Outcome] = [:]
        for event in events {
            if let intent = event.payload(as: Intent.self) {
                for (action, objects) in intent.changes {
                    for object in objects.keys { intended[object] = action }
                }
            } else if let wave = event.payload(as: WaveOutcome.self) {
                for outcome in read(wave, intended) { outcomes[outcome.object] = outcome }
            }
        }
        return outcomes.values.sorted { $0.object < $1.object }
    }

    /// The events of the first sync of a part among those of a unit, up to its end.
    static func first(of events: [Event]) -> [Event] {
        let isPart = { (event: Event) in event.payload(as: SyncStarted.self)?.part.isLimited ?? false }
        guard let start = events.firstIndex(where: isPart) else { return [] }
        let end = events[start...].firstIndex { $0.kind == .syncEnded }
        return Array(events[start...(end ?? events.count - 1)])
    }

    private static func read(_ wave: WaveOutcome, _ intended: [ObjectID: Change.Action]) -> [Outcome] {
        let unchanged = Set(wave.unchanged)
        let applied = wave.applied.map { object, applied in
            Outcome(
                object: object, uid: applied.uid, action: intended[object] ?? .update,
                result: unchanged.contains(object) ? .unchanged : .done)
        }
        let released = wave.released.map { object in
            Outcome(
                object: object, action: intended[object] ?? .delete,
                result: unchanged.contains(object) ? .unchanged : .done)
        }
        let failed = wave.failed.map { object, reason in
            Outcome(object: object, action: intended[object] ?? .update, result: .failed(reason: reason))
        }
        return applied + released + failed
    }
}
