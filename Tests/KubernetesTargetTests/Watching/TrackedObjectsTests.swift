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
}
