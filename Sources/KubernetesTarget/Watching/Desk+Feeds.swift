// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import KubernetesClient
import Manifest
import Model
import Synchronization

extension Desk {
    /// From now on these objects of a unit are followed, and no others. Gives whether any of them was not followed by the
    /// same watch before: what was written was, from before that on.
    @discardableResult
    func setWatched(_ objects: [ObjectID: FeedKey], of unit: UnitID, apis: [FeedKey: any ClusterAPI]) -> Bool {
        let (ended, hasJoined) = state.withLock { state -> ([Task<Void, Never>], Bool) in
            var hasJoined = false
            var unused: Set<FeedKey> = []
            func leave(_ key: FeedKey?) {
                guard let key else { return }
                state.feeds[key]?.members -= 1
                unused.insert(key)
            }
            for place in state.watched[unit] ?? [] {
                guard let (id, entry) = state.entries[place], objects[id] == nil, entry.unit == unit else { continue }
                leave(entry.feed)
                state.entries[id]?.feed = nil
                // Of what nobody has seen there is nothing to know.
                if entry.sighting == nil, !entry.isInFlight { state.entries[id] = nil }
            }
            for (id, key) in objects {
                var entry = state.entries[id] ?? TrackedObject(unit: unit)
                entry.unit = unit
                if entry.feed != key {
                    hasJoined = true
                    leave(entry.feed)
                    if state.feeds[key] == nil, let api = apis[key] { state.feeds[key] = FeedState(api: api) }
                    state.feeds[key]?.members += 1
                    entry.feed = state.shared(key)
                    // A list that is over did not ask about it, and one that is under way may be past it.
                    entry.round = state.feeds[key]?.lastRound ?? 0
                    if let feed = state.feeds[key], feed.isLive || feed.listsSince != nil { entry.isDirty = true }
                }
                state.entries[id] = entry
            }
            state.watched[unit] = objects.isEmpty ? nil : objects.keys.compactMap { state.entries.place(of: $0) }
            var ended: [Task<Void, Never>] = []
            for key in unused where (state.feeds[key]?.members ?? 0) <= 0 {
                if let task = state.feeds.removeValue(forKey: key)?.task { ended.append(task) }
            }
            return (ended, hasJoined)
        }
        for task in ended { task.cancel() }
        ring()
        return hasJoined
    }

    /// What a feed reports, in order.
    func take(_ event: FeedEvent, of feed: FeedKey) {
        switch event {
        case .began:
            let now = clocks.monotonic()
            state.withLock { state in
                state.feeds[feed]?.round += 1
                state.feeds[feed]?.listsSince = now
                // Nobody has asked for these in all the time since the first list.
                if (state.feeds[feed]?.round ?? 0) > 1 { state.unmet = state.unmet.filter { !feed.covers($0.key) } }
            }
        case .item(let live):
            guard let id = feed.id(of: live), keepUnmet(live, id, of: feed) else { return take(live, of: feed) }
        case .added(let live), .modified(let live):
            forgetUnmet(live, of: feed)
            take(live, of: feed)
        case .deleted(let live):
            forgetUnmet(live, of: feed)
            lose(live, of: feed)
        case .complete(let version):
            report(complete(feed, at: version))
            wakeWaiters()
        case .failing(let error):
            state.withLock { state in
                state.feeds[feed]?.isLive = false
                state.feeds[feed]?.listsSince = nil
                state.feeds[feed]?.failure = error
            }
            wakeWaiters()
        case .recovered:
            state.withLock { state in
                state.feeds[feed]?.isLive = true
                state.feeds[feed]?.failure = nil
            }
        }
    }

    private func take(_ live: Value, of feed: FeedKey) {
        guard let id = feed.id(of: live), let known = meet(id, at: live.resourceVersion ?? "", by: feed) else { return }
        let news = news(of: live, known: known, feed)
        let now = clocks.monotonic()
        let reports = state.withLock { state -> [UnitID: Set<ObjectID>] in
            guard var entry = state.entries[id], entry.feed == feed else { return [:] }
            entry.round = state.feeds[feed]?.round ?? 0
            let isNews = entry.follow(news, now: now)
            state.entries[id] = entry
            return isNews ? [entry.unit: [id]] : [:]
        }
        report(reports)
    }

    /// What a feed says of an object, reduced to what decisions need.
    ///
    /// - Parameter known: what is known of it so far.
    func news(of live: Value, known: TrackedObject?, _ feed: FeedKey) -> TrackedObject.News {
        let ours = ManagedFields(of: live).applied(by: manager)
        let sighting = TrackedObject.Sighting(live, ours: ours, isOurs: false, known: known?.sighting)
        guard !feed.resource.isSecret else { return TrackedObject.News(sighting: sighting) }
        let generation = (known?.record ?? known?.expected)?.generation ?? 0
        return TrackedObject.News(
            sighting: sighting, owned: FieldSet.digest(of: ours, in: live, key: key),
            health: ObjectHealth.report(of: live, appliedGeneration: generation, now: clocks.wall()))
    }

    /// What a first list said of it does not hold any more.
    private func forgetUnmet(_ live: Value, of feed: FeedKey) {
        guard let id = feed.id(of: live) else { return }
        state.withLock { $0.unmet[id] = nil }
    }

    /// What is known of an object that a feed names; `nil` when there is nothing to learn of it. Most objects of a list
    /// that is read anew are as they were.
    private func meet(_ id: ObjectID, at version: Text, by feed: FeedKey) -> TrackedObject? {
        state.withLock { state in
            guard let entry = state.entries[id], entry.feed == feed else { return nil }
            state.entries[id]?.round = state.feeds[feed]?.round ?? 0
            return entry.isSeen(at: version) ? nil : entry
        }
    }

    private func lose(_ live: Value, of feed: FeedKey) {
        guard let id = feed.id(of: live) else { return }
        let reports = state.withLock { state -> [UnitID: Set<ObjectID>] in
            guard var entry = state.entries[id], entry.feed == feed else { return [:] }
            let isNews = entry.lose(live.uid ?? "")
            state.entries[id] = entry
            return isNews ? [entry.unit: [id]] : [:]
        }
        report(reports)
    }

    /// The list is whole: what it did not name is looked at. Every unit of the feed hears of it, since nobody knows
    /// what happened before.
    private func complete(_ feed: FeedKey, at version: Text) -> [UnitID: Set<ObjectID>] {
        let now = clocks.monotonic()
        return state.withLock { state in
            let began = state.feeds[feed]?.listsSince ?? now
            state.feeds[feed]?.listsSince = nil
            state.feeds[feed]?.isLive = true
            state.feeds[feed]?.failure = nil
            let round = state.feeds[feed]?.round ?? 0
            var changed: [UnitID: Set<ObjectID>] = [:]
            let unmet = state.unmet
            state.entries.update(where: { $0.feed == feed }) { id, entry in
                if entry.round != round, unmet[id] == nil {
                    _ = entry.follow(TrackedObject.News(unlistedAt: version, since: began), now: now)
                }
                // One that stands is told too: looking at it again costs no request.
                let hasNews = entry.isDirty && unmet[id] == nil
                if hasNews || changed[entry.unit] == nil {
                    changed[entry.unit, default: []].insert(id)
                }
            }
            return changed
        }
    }
}
