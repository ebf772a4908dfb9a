// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import KubernetesClient
import Manifest

/// From a foreign write to the healed object, and the memory that watching takes.
struct HealsBenchmark {
    let client: KubernetesClient
    /// ConfigMaps under management, a hundred to an application.
    let count: Int

    func run() async throws {
        let rounds = min(count, ProcessInfo.processInfo.environment["BENCH_ROUNDS"].flatMap { Int($0) } ?? 100)
        let load = try await Load(client, namespace: "heals")
        let fleet = try FleetFolder(namespace: load.namespace)
        try await fleet.allow(client)
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
            let rest = try daemon.memory()
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
                print("| \(count) objects under management, \(rounds) foreign writes | |")
                print("|---|---|")
                print("| foreign write to healed, median | \(times.percentile(0.5).milliseconds) ms |")
                print("| 99th percentile | \(times.percentile(0.99).milliseconds) ms |")
                print("| memory at rest | \(rest.now) MiB |")
                print("| at its peak | \(try daemon.memory().peak) MiB |")
            }
        }
        try fleet.remove()
        try await load.remove()
    }
}

extension Value {
    /// With one short text instead of a file.
    fileprivate func removingLoad(_ index: Int) -> Value {
        guard var object = objectValue else { return self }
        object["data"] = ["content": "declared", "index": .string(Text("\(index)"))]
        return .object(object)
    }
}
