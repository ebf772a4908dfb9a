// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Follows the objects of a query for as long as it runs: does what ``FeedMachine`` says, and decides nothing.
package struct Feed: Sendable {
    private let api: any ClusterAPI
    private let query: Query
    private let pollInterval: Duration
    private let longestWatch: Duration?

    /// - Parameters:
    ///   - pollInterval: how often a kind that cannot be watched is listed.
    ///   - longestWatch: ends watches earlier than after five to ten minutes.
    package init(
        _ api: any ClusterAPI, _ query: Query, pollInterval: Duration = .seconds(60), longestWatch: Duration? = nil
    ) {
        self.api = api
        self.query = query
        self.pollInterval = pollInterval
        self.longestWatch = longestWatch
    }

    /// Reports to `sink`, in order, until the task is cancelled. The connection is read no faster than `sink` returns;
    /// one that takes minutes is cut off by the server, and loses nothing by it.
    package func run(_ sink: (FeedEvent) async -> Void) async {
        var machine = FeedMachine(
            canBeWatched: query.collection.resource.canBeWatched, pollInterval: pollInterval)
        while !Task.isCancelled {
            let command = machine.next()
            do throws(KubernetesError) {
                switch command {
                case .wait(let duration): try? await Task.sleep(for: duration)
                case .list(let inPages): try await list(&machine, inPages: inPages, sink)
                case .watch(let version, let duration): try await watch(&machine, from: version, for: duration, sink)
                }
            } catch {
                guard !Task.isCancelled else { return }
                if let report = machine.failed(error) { await sink(report) }
            }
        }
    }

    private func list(
        _ machine: inout FeedMachine, inPages: Bool, _ sink: (FeedEvent) async -> Void
    ) async throws(KubernetesError) {
        var query = query
        if !inPages { query.pageSize = 0 }
        await sink(.began)
        let version = try await api.list(query) { (object) async throws(KubernetesError) in
            await sink(.item(object))
        }
        await sink(machine.listed(at: version))
    }

    private func watch(
        _ machine: inout FeedMachine, from version: Text, for duration: Duration, _ sink: (FeedEvent) async -> Void
    ) async throws(KubernetesError) {
        let began = ContinuousClock.now
        let limit = min(duration, longestWatch ?? duration)
        try await api.watch(query, from: version, for: limit) { (event) async throws(KubernetesError) in
            for report in machine.received(event) { await sink(report) }
        }
        machine.watchEnded(after: .now - began)
    }
}
