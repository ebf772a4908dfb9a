// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Kustomize
import Manifest
import Model

/// A strategic merge of one text, the patch, into another, the object: two parts of the input, split at a line of `====`.
enum MergeProperties {
    private static let mark = Array("\n====\n".utf8)

    static func check(_ bytes: [UInt8]) async throws {
        let end = split(bytes) ?? bytes.count
        let object = Array(bytes[..<end])
        let patch = Array(bytes[min(end + mark.count, bytes.count)...])
        let once = try await KustomizationProperties.check(files(object, [patch]))
        // A patch that is applied twice does what it does once, but for what it adds to lists that have no keys.
        guard let once else { return }
        let twice = try await KustomizationProperties.check(files(object, [patch, patch]))
        if once.count == 1, let twice {
            try require(twice.count <= 1, "the same patch twice makes more objects")
        }
    }

    private static func split(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= mark.count else { return nil }
        return (0...(bytes.count - mark.count)).first { bytes[$0..<($0 + mark.count)].elementsEqual(mark) }
    }

    private static func files(_ object: [UInt8], _ patches: [[UInt8]]) -> FleetFiles {
        var list = "resources: [object.yaml]\npatchesStrategicMerge: ["
        list += patches.indices.map { "patch\($0).yaml" }.joined(separator: ", ") + "]\n"
        var files = FleetFiles(Array(list.utf8), first: "kustomization.yaml")
        if let path = TreePath("object.yaml") { files = files.replacing(path, with: object) }
        for (index, patch) in patches.enumerated() {
            if let path = TreePath("patch\(index).yaml") { files = files.replacing(path, with: patch) }
        }
        return files
    }
}
