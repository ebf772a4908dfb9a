// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import KubernetesClient
import Manifest
import Model
import Synchronization

/// What is known of the live objects of all units: a few hashes each, never the objects. Looks, applies and watches are
/// folded into it; nothing is queued.
final class Desk: Sendable {
    struct State {
        var entries = TrackedObjects()
        /// What is to be told of objects that stand; few have any.
        var extended: [ObjectID: Comparison] = [:]
        /// The rules by which objects were judged.
        var rules: [UnitID: DriftRules] = [:]
        var feeds: [FeedKey: FeedState] = [:]
        /// Where the objects lie that each unit has watched, once each.
        var watched: [UnitID: [TrackedObjects.Place]] = [:]
        var sink: WatchSink?
        /// What first lists of feeds said of objects that nobody had looked at by then.
        var unmet: [ObjectID: TrackedObject.News] = [:]
        /// Those who wait for feeds to have listed.
        var waiters: [Int: AsyncStream<Void>.Continuation] = [:]
        var lastWaiter = 0

        /// The key as its feed has it, so that all who hold it hold one.
        func shared(_ key: FeedKey) -> FeedKey { feeds.index(forKey: key).map { feeds[$0].key } ?? key }
    }

    /// So long a watch may take to begin.
    private static let beginning: Duration = .seconds(10)

    let manager: Text
    let key: Secret<[UInt8]>
    let clocks: Clocks
    let state = Mutex(State())
    /// Wakes whoever starts and ends feeds.
    let wakeUps: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    init(manager: Text, key: Secret<[UInt8]>, clocks: Clocks) {
        self.manager = manager
        self.key = key
        self.clocks = clocks
        (wakeUps, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func ring() { wake.yield() }

    func sighting(of id: ObjectID) -> TrackedObject.Sighting? { state.withLock { $0.entries[id]?.sighting } }

    /// Of those that are there, as far as anybody has seen.
    func uids(of ids: some Sequence<ObjectID>) -> Set<Text> {
        state.withLock { state in Set(ids.compactMap { state.entries[$0]?.sighting?.uid }).subtracting([""]) }
    }

    /// How an object stands that a watch says to stand as it was applied, in this content; `nil` when it must be looked
    /// at.
    func standing(_ object: DesiredObject, of unit: UnitID) -> Comparison? {
        let now = clocks.monotonic()
        return state.withLock { state in
            guard let entry = state.entries[object.id], entry.unit == unit, !entry.isDirty,
                let feed = entry.feed.flatMap({ state.feeds[$0] }), let record = entry.record,
                record.desired == object.digest
            else { return nil }
            // A watch that has just begun will tell what its list finds.
            let isApplied = entry.applied.map { now.duration(since: $0) < Self.beginning } ?? false
            guard feed.isLive || feed.isStarted && feed.failure == nil && isApplied else { return nil }
            return state.extended[object.id] ?? .same
        }
    }

    /// From now on the objects of a unit are judged by these rules: what was decided by others counts no more.
    func judge(by rules: DriftRules, _ unit: UnitID) {
        state.withLock { state in
            guard state.rules.updateValue(rules, forKey: unit).map({ $0 != rules }) ?? false else { return }
            state.entries.update(where: { $0.unit == unit }) { _, entry in entry.isDirty = true }
        }
    }

    /// We are about to read these: gives ``TrackedObject/told`` of each, for ``saw``. Several may read one at the same
    /// time.
    func beginLook(at ids: some Sequence<ObjectID>) -> [ObjectID: UInt16] {
        state.withLock { state in
            Dictionary(ids.map { ($0, state.entries[$0]?.told ?? 0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// A live object was read. What a watch said of it meanwhile may be newer, and holds.
    ///
    /// - Parameters:
    ///   - told: what ``beginLook(at:)`` gave; `nil` for the answer to a write of ours.
    ///   - stands: what to remember, where it stands and is ours.
    ///   - extended: what is to be told of it nevertheless.
    func saw(
        _ live: Value, _ id: ObjectID, unit: UnitID, told: UInt16?, isOurs: Bool, stands: ObjectRecord?,
        extended: Comparison? = nil, hasAdditions: Bool = false
    ) {
        let ours = ManagedFields(of: live).applied(by: manager)
        let sighting = TrackedObject.Sighting(live, ours: ours, isOurs: isOurs)
        let generation = stands?.generation ?? 0
        let health = ObjectHealth.report(of: live, appliedGeneration: generation, now: clocks.wall())
        let now = clocks.monotonic()
        let isSteady = ObjectHealth.isSteady(live)
        state.withLock { state in
            var entry = state.entries[id] ?? TrackedObject(unit: unit)
            entry.unit = unit
            entry.sighting = sighting
            entry.isFresh = true
            entry.hasAdditions = hasAdditions
            entry.record = stands
            entry.expected = nil
            state.unmet[id] = nil
            entry.isDirty = stands == nil || told.map { $0 != entry.told } ?? false
            entry.health = health
            entry.isSteady = isSteady
            entry.isSettling = ObjectHealth.hasUnversionedStatus(live)
            entry.seen = now
            state.entries[id] = entry
            state.extended[id] = stands == nil ? nil : extended
        }
    }

    /// An object was looked for and is not there.
    func missed(_ id: ObjectID, unit: UnitID) {
        let now = clocks.monotonic()
        state.withLock { state in
            var entry = state.entries[id] ?? TrackedObject(unit: unit)
            entry.unit = unit
            entry.sighting = nil
            entry.record = nil
            entry.expected = nil
            state.unmet[id] = nil
            entry.isDirty = true
            entry.isFresh = true
            entry.health = HealthReport(.missing, reason: "is not there")
            entry.seen = now
            state.entries[id] = entry
            state.extended[id] = nil
        }
    }

    /// Takes an object to be absent of which nothing is known; false when something is.
    func presume(_ id: ObjectID, unit: UnitID) -> Bool {
        state.withLock { state in
            guard state.entries[id]?.sighting == nil else { return false }
            var entry = state.entries[id] ?? TrackedObject(unit: unit)
            entry.unit = unit
            entry.isFresh = true
            state.entries[id] = entry
            return true
        }
    }

    /// What was seen of an object just before, once: whoever acts on it acts on nothing older.
    func takeFresh(_ id: ObjectID) -> TrackedObject? {
        state.withLock { state in
            guard let entry = state.entries[id], entry.isFresh else { return nil }
            state.entries[id]?.isFresh = false
            return entry
        }
    }

    /// We are about to write: what a watch reports of it from now on waits for the answer. Where targets are watched the
    /// object is from here on, so that nothing happens to it unseen.
    func begin(_ id: ObjectID, unit: UnitID, watchedBy key: FeedKey, api: any ClusterAPI) {
        let isNew = state.withLock { state in
            var entry = state.entries[id] ?? TrackedObject(unit: unit)
            entry.isInFlight = true
            var isNew = false
            let isWatched = state.sink != nil && entry.feed == nil
            if isWatched {
                isNew = state.feeds[key] == nil
                if isNew { state.feeds[key] = FeedState(api: api) }
                state.feeds[key]?.members += 1
                entry.feed = state.shared(key)
                entry.round = state.feeds[key]?.lastRound ?? 0
            }
            state.entries[id] = entry
            if isWatched, let place = state.entries.place(of: id) { state.watched[unit, default: []].append(place) }
            return isNew
        }
        if isNew { ring() }
    }

    /// The server answered a write of ours.
    func applied(_ live: Value, _ id: ObjectID, unit: UnitID, record: ObjectRecord, extended: Comparison?) {
        saw(live, id, unit: unit, told: nil, isOurs: true, stands: record, extended: extended)
        let now = clocks.monotonic()
        let reports = state.withLock { state -> [UnitID: Set<ObjectID>] in
            guard var entry = state.entries[id] else { return [:] }
            entry.isInFlight = false
            entry.isFresh = false
            entry.applied = now
            entry.overtake()
            let pending = entry.pending
            entry.pending = nil
            let isNews = pending.map { entry.follow($0, now: now) } ?? false
            state.entries[id] = entry
            return isNews ? [unit: [id]] : [:]
        }
        report(reports)
    }

    /// A write of ours failed: nothing is known of the object.
    func failed(_ id: ObjectID) {
        state.withLock { state in
            state.entries[id]?.isInFlight = false
            state.entries[id]?.pending = nil
            state.entries[id]?.isDirty = true
        }
    }

    /// It is gone, or not ours any more.
    func forget(_ id: ObjectID) {
        state.withLock { state in
            state.extended[id] = nil
            // While it is followed, its place in the account of the feed stays.
            guard let entry = state.entries[id], entry.feed != nil else { return state.entries[id] = nil }
            state.entries[id] = entry.emptied
        }
    }

    func report(_ changed: [UnitID: Set<ObjectID>]) {
        guard !changed.isEmpty, let sink = state.withLock(\.sink) else { return }
        for (unit, objects) in changed { sink.changed(unit, objects) }
    }
}
