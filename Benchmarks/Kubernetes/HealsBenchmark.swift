// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation
import KubernetesClient
import Manifest

/// From a foreign write to the healed object, and the memory that watching takes, with objects of others in the same
/// namespace.
struct HealsBenchmark {
    let client: KubernetesClient
    /// ConfigMaps under management, a hundred to an application.
    let count: Int
    /// ConfigMaps and Secrets of 1.6 kB, half of each, that nobody manages.
    let foreign: Int

    func run() async throws {
        let rounds = min(count, ProcessInfo.processInfo.environment["BENCH_ROUNDS"].flatMap { Int($0) } ?? 100)
        let load = try await Load(client, namespace: "heals")
        let fleet = try FleetFolder(namespace: load.namespace)
        try await fleet.allow(client)
        try await makeForeign(load)
        let units = (count + 99) / 100
        for unit in 0..<units {
            let documents = (unit * 100..<min(count, unit * 100 + 100)).map { index -> String in
                let map = load.object(index, .created).removingLoad(index)
                return String(decoding: JSON.write(map), as: UTF8.self)
            }
            try fleet.declare("maps-\(unit)", ["maps.yaml": documents.joined(separator: "\n---\n")])
        }
        try fleet.commit()
        try await Program(fleet).serving { daemon in
            try await daemon.becomesWell(units)
            try await Task.sleep(for: .seconds(5))
            let rest = try daemon.sample()
            let sightings = Sightings(field: ["data", "content"])
            try await sightings.following(Feed(client, Query(Collection(load.maps, namespace: load.namespace)))) {
                var times: [Duration] = []
                for round in 0..<rounds {
                    let name = Text("map-\(round * count / rounds)")
                    let address = ObjectAddress(load.maps, namespace: load.namespace, name: name)
                    sightings.forget(name)
                    try await client.patch(
                        address, with: .merge(["data": ["content": "edited"]]), WriteOptions(manager: "somebody"))
                    let began = ContinuousClock.now
                    times.append(try await sightings.time(of: name, becoming: "declared") - began)
                }
                print("| \(count) objects under management, \(foreign) of others beside, \(rounds) foreign writes | |")
                print("|---|---|")
                print("| foreign write to healed, median | \(times.median.inMilliseconds) |")
                print("| 99th percentile | \(times.percentile(99).inMilliseconds) |")
                print("| memory at rest | \(rest.residentInMiB) |")
                print("| at its peak | \(try daemon.sample().peakInMiB) |")
            }
        }
        try fleet.remove()
        try await load.remove()
    }
}

extension HealsBenchmark {
    private func makeForeign(_ load: Load) async throws {
        guard foreign > 0 else { return }
        let secrets = try await client.resource(of: GroupVersionKind(group: "", version: "v1", kind: "Secret"))
        let began = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<KubernetesBenchmark.concurrency {
                group.addTask { [client, foreign] in
                    for index in stride(from: worker, to: foreign, by: KubernetesBenchmark.concurrency) {
                        let name = Text("foreign-\(index)")
                        let resource = index % 2 == 0 ? load.maps : secrets
                        let address = ObjectAddress(resource, namespace: load.namespace, name: name)
                        try await client.create(
                            load.object(index, .created).asForeign(resource, name), at: address,
                            WriteOptions(manager: "somebody"))
                    }
                }
            }
            try await group.waitForAll()
        }
        print("\(foreign) objects of others made in \((ContinuousClock.now - began).inSeconds)")
    }
}

extension Value {
    /// The same load as something of somebody else's.
    fileprivate func asForeign(_ resource: ResourceType, _ name: Text) -> Value {
        guard var object = objectValue, var metadata = object["metadata"]?.objectValue else { return self }
        metadata["name"] = .string(name)
        object["metadata"] = .object(metadata)
        object["kind"] = .string(resource.kind)
        if resource.isSecret {
            object["stringData"] = object["data"]
            object["data"] = nil
        }
        return .object(object)
    }

    /// With one short text instead of a file.
    fileprivate func removingLoad(_ index: Int) -> Value {
        guard var object = objectValue else { return self }
        object["data"] = ["content": "declared", "index": .string(Text("\(index)"))]
        return .object(object)
    }
}
