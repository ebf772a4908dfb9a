// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Manifest
import Model
import TestSupport
import Testing

@testable import KubernetesTarget

/// A table by hashes, some of which are shared.
@Suite struct TrackedObjectsTests {
    private func id(_ index: Int) -> ObjectID {
        ObjectID(group: "", kind: "ConfigMap", namespace: "shop", name: Text("m-\(index)"))
    }

    @Test(arguments: [1, 3, 1_000_000])
    func `what is put in is found, changed and taken out, whatever shares its hash`(hashes: Int) {
        let unit = ClusterSite.context("web", "default").unit
        var table = TrackedObjects { abs($0.name.string.hashValue % hashes) }
        var model: [ObjectID: Int] = [:]
        var random = SplitMix(seed: 7)
        for step in 0..<2000 {
            let id = id(Int.random(in: 0..<40, using: &random))
            if Bool.random(using: &random) {
                var object = TrackedObject(unit: unit)
                object.round = step
                table[id] = object
                model[id] = step
            } else {
                table[id] = nil
                model[id] = nil
            }
            #expect(table.count == model.count)
            #expect(table[id]?.round == model[id])
        }
        #expect(Dictionary(uniqueKeysWithValues: table.map { ($0.0, $0.1.round) }) == model)
    }

    @Test func `a place is an object's for as long as it is there`() throws {
        let units = ["web", "shop"].map { ClusterSite.context($0, "default").unit }
        var table = TrackedObjects()
        for index in 0..<300 { table[id(index)] = TrackedObject(unit: units[index % 2]) }
        let places = try (0..<300).map { try #require(table.place(of: id($0))) }
        #expect(Set(places).count == 300)
        for index in stride(from: 0, to: 300, by: 3) { table[id(index)] = nil }
        for index in 0..<300 {
            #expect(table[places[index]]?.id == (index % 3 == 0 ? nil : id(index)))
        }
        // Those that are free are used again.
        table[id(1000)] = TrackedObject(unit: units[0])
        #expect(places.contains(try #require(table.place(of: id(1000)))))
        table.update(where: { $0.unit == units[1] }) { _, object in object.round = 9 }
        for (id, object) in table { #expect((object.round == 9) == (object.unit == units[1]), "\(id)") }
        table[id(1)]?.unit = units[0]
        #expect(table[id(1)]?.unit == units[0])
    }
}
