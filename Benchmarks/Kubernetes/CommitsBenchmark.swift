// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation
import KubernetesClient
import Manifest
import Synchronization

/// From a commit, with a hint that there is one, to the applied object, for one of many applications.
struct CommitsBenchmark {
    let client: KubernetesClient
    let count: Int
    /// How the program fetches: `folder`, `http` or `ssh`.
    let over: String

    func run() async throws {
        let rounds = ProcessInfo.processInfo.environment["BENCH_ROUNDS"].flatMap { Int($0) } ?? 30
        let load = try await Load(client, namespace: "commits")
        let fleet = try FleetFolder(namespace: load.namespace)
        try await fleet.allow(client)
        let applications = Applications(count: count, namespace: load.namespace)
        for name in applications.names { try applications.declare(in: fleet, name) }
        try fleet.commit()
        let deployments = try await client.resource(
            of: GroupVersionKind(group: "apps", version: "v1", kind: "Deployment"))
        let server = try await FleetServer.start(over, for: fleet)
        try await Program(fleet).serving(from: server) { daemon in
            try await daemon.becomesWell(count)
            let sightings = Sightings(field: ["metadata", "annotations", "version"])
            try await sightings.following(Feed(client, Query(Collection(deployments, namespace: load.namespace)))) {
                var times: [Duration] = []
                for round in 2..<(2 + rounds) {
                    let name = applications.names[round * 7 % count]
                    try applications.declare(in: fleet, name, version: round)
                    try fleet.commit()
                    let began = ContinuousClock.now
                    try daemon.hint()
                    times.append(try await sightings.time(of: Text(name), becoming: Text("\(round)")) - began)
                }
                print("| commit to applied, one of \(count) applications, \(rounds) times, from \(over) | |")
                print("|---|---|")
                print("| median | \(times.median.inMilliseconds) |")
                print("| 99th percentile | \(times.percentile(99).inMilliseconds) |")
            }
        }
        await server.stop()
        try fleet.remove()
        try await load.remove()
    }
}

/// When a field of watched objects became what.
final class Sightings: Sendable {
    private let field: [Text]
    private let seen = Mutex<[Text: [Text: ContinuousClock.Instant]]>([:])

    init(field: [Text]) { self.field = field }

    /// Watches while the closure runs.
    func following(_ feed: Feed, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await feed.run { self.take($0) } }
            defer { group.cancelAll() }
            try await body()
        }
    }

    private func take(_ event: FeedEvent) {
        let now = ContinuousClock.now
        switch event {
        case .item(let object), .added(let object), .modified(let object):
            guard let name = object.objectName else { return }
            let value = field.reduce(Optional(object)) { $0?[$1] }?.stringValue ?? ""
            seen.withLock { seen in if seen[name]?[value] == nil { seen[name, default: [:]][value] = now } }
        case .began, .complete, .deleted, .failing, .recovered: break
        }
    }

    /// Forgets an object, so that it can become the same again.
    func forget(_ name: Text) { seen.withLock { $0[name] = nil } }

    func time(of name: Text, becoming value: Text) async throws -> ContinuousClock.Instant {
        var time: ContinuousClock.Instant?
        try await eventually("\(name) is \(value)", within: .seconds(120), every: .milliseconds(1)) {
            time = seen.withLock { $0[name]?[value] }
            return time != nil
        }
        return time ?? .now
    }
}
