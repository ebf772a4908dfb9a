// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import KubernetesClient
import Manifest
import Model
import Synchronization

/// A restart costs one list of each kind and place: what it says to stand as it was left is not read by itself.
extension Desk {
    /// So long a watch is waited for that does not begin.
    private static let patience: Duration = .seconds(5)

    /// Notes what objects were left like that are watched and that nobody has seen yet.
    ///
    /// - Returns: the feeds that will say more, and have not yet.
    func expect(
        _ objects: [DesiredObject], _ records: [ObjectID: ObjectRecord], of unit: UnitID
    ) -> Set<FeedKey> {
        let now = clocks.monotonic()
        return state.withLock { state in
            guard state.sink != nil else { return [] }
            var feeds: Set<FeedKey> = []
            for object in objects {
                guard let record = records[object.id], record.desired == object.digest, !record.isExtended,
                    var entry = state.entries[object.id], entry.unit == unit, !entry.isMet,
                    let key = entry.feed, let feed = state.feeds[key]
                else { continue }
                if let news = state.unmet.removeValue(forKey: object.id) {
                    entry.expected = record
                    // The list named it, before anybody asked.
                    entry.round = feed.round
                    _ = entry.follow(news, now: now)
                    state.entries[object.id] = entry
                } else if !feed.isLive {
                    state.entries[object.id]?.expected = record
                }
                if !feed.isLive, feed.failure == nil, !feed.isSlow { feeds.insert(key) }
            }
            return feeds
        }
    }

    /// What a first list says of an object that nobody has looked at yet is kept until somebody does: whoever begins to
    /// watch its unit later need not ask again. Gives whether it was kept.
    func keepUnmet(_ live: Value, _ id: ObjectID, of feed: FeedKey) -> Bool {
        let isFirst = state.withLock { state in
            guard let entry = state.entries[id] else { return state.feeds[feed]?.round == 1 }
            return entry.feed == feed && !entry.isMet && state.feeds[feed]?.round == 1
        }
        guard isFirst else { return false }
        let news = news(of: live, known: nil, feed)
        return state.withLock { state in
            if let entry = state.entries[id] {
                guard entry.feed == feed, !entry.isMet else { return false }
                state.entries[id]?.round = state.feeds[feed]?.round ?? 0
            }
            state.unmet[id] = news
            return true
        }
    }

    /// Returns when each of the feeds has listed, or fails, or takes too long.
    func wait(for feeds: Set<FeedKey>) async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let waiter = state.withLock { state in
            state.lastWaiter += 1
            state.waiters[state.lastWaiter] = continuation
            return state.lastWaiter
        }
        defer { state.withLock { $0.waiters[waiter] = nil } }
        continuation.yield()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [clocks] in
                try? await clocks.sleep(clocks.monotonic().advanced(by: Self.patience))
            }
            group.addTask {
                for await _ in stream where self.open(feeds).isEmpty { return }
            }
            await group.next()
            group.cancelAll()
        }
        let late = open(feeds)
        if !late.isEmpty { state.withLock { state in for key in late { state.feeds[key]?.isSlow = true } } }
    }

    func wakeWaiters() {
        for waiter in state.withLock({ Array($0.waiters.values) }) { waiter.yield() }
    }

    /// Those that will say more.
    private func open(_ feeds: Set<FeedKey>) -> Set<FeedKey> {
        state.withLock { state in
            feeds.filter { key in state.feeds[key].map { !$0.isLive && $0.failure == nil } ?? false }
        }
    }
}
