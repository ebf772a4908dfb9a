// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import KubernetesClient
import Manifest
package import Model
import Synchronization

extension KubernetesTarget {
    @discardableResult
    package func setWatched(_ objects: [DesiredObject], of unit: UnitContext) async throws(TargetError) -> Bool {
        guard !objects.isEmpty else { return desk.setWatched([:], of: unit.unit, apis: [:]) }
        let reach = try reach(for: unit)
        var keys: [ObjectID: FeedKey] = [:]
        var apis: [FeedKey: any ClusterAPI] = [:]
        var failure: KubernetesError?
        for object in objects {
            let address: ObjectAddress
            do throws(KubernetesError) { address = try await reach.address(of: object) } catch {
                // What no server serves is audited; the audit's own run says what is wrong.
                if error.code != .unknownKind { failure = failure ?? error }
                continue
            }
            let key = reach.feed(of: object, at: address)
            keys[object.id] = key
            apis[key] = reach.api
        }
        let hasJoined = desk.setWatched(keys, of: unit.unit, apis: apis)
        if let failure { throw TargetError(failure) }
        return hasJoined
    }

    /// One feed for each identity, kind and namespace. A feed that fails is tried again by itself, and what it would
    /// report is read meanwhile.
    package func watch(_ sink: WatchSink) async throws(TargetError) {
        desk.state.withLock { $0.sink = sink }
        await withDiscardingTaskGroup { group in
            var wakeUps = desk.wakeUps.makeAsyncIterator()
            desk.ring()
            while await wakeUps.next() != nil, !Task.isCancelled {
                for key in desk.feedsToStart() { group.addTask { await self.follow(key) } }
            }
            group.cancelAll()
        }
        desk.endFeeds()
    }

    private func follow(_ key: FeedKey) async {
        guard let api = desk.state.withLock({ $0.feeds[key]?.api }) else { return }
        let feed = Feed(api, key.query)
        let desk = desk
        // A task of its own, so that it can be ended when nothing of it is watched any more.
        let task = Task { await feed.run { desk.take($0, of: key) } }
        let isWanted = desk.state.withLock { state in
            state.feeds[key]?.task = task
            return state.feeds[key] != nil
        }
        if !isWanted { task.cancel() }
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }
}

extension Desk {
    /// Feeds that nobody runs yet; they count as started.
    func feedsToStart() -> [FeedKey] {
        state.withLock { state in
            var keys: [FeedKey] = []
            for (key, feed) in state.feeds where !feed.isStarted {
                state.feeds[key]?.isStarted = true
                keys.append(key)
            }
            return keys
        }
    }

    /// Nothing is followed any more; what was known of it is not to be relied on.
    func endFeeds() {
        state.withLock { state in
            state.sink = nil
            for key in state.feeds.keys {
                state.feeds[key]?.isStarted = false
                state.feeds[key]?.isLive = false
                state.feeds[key]?.task = nil
            }
        }
    }
}
