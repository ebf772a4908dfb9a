// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Foundation
import HostTarget
import Manifest
import Model
import TestSupport

/// A sandbox with a driver on it, and the orders that an engine would give.
struct Host {
    let folder: URL
    let target: HostTarget
    let unit: UnitContext

    init(_ folder: URL, unit: UnitID = TestSupport.unit("web"), paths: [Text] = ["/etc/web/**", "/srv/**"]) throws {
        self.folder = folder
        target = try HostTarget(root: folder.path, observations: MemoryObservations())
        self.unit = UnitContext(
            unit: unit, project: name("shop"), limits: HostLimits(paths: paths, kinds: ["File"]))
    }

    func file(_ name: Text, path: Text, _ fields: [(Text, Value)]) -> DesiredObject {
        var spec = Object()
        spec["path"] = .string(path)
        for (key, value) in fields { spec[key] = value }
        let manifest: Value = [
            "apiVersion": "host.trimtab.dev/v1alpha1", "kind": "File", "metadata": ["name": .string(name)],
            "spec": .object(spec),
        ]
        return DesiredObject(
            id: object(name), apiVersion: "host.trimtab.dev/v1alpha1", manifest: manifest, wave: 0, blobs: [],
            origin: "test.yaml:1", digest: manifest.digest())
    }

    func compare(_ objects: DesiredObject..., depth: ComparisonDepth = .content) async throws -> [ObjectID: Comparison]
    {
        try await target.compare(objects, within: objects, of: unit, depth: depth, contents: MemoryTree())
    }

    @discardableResult
    func apply(_ objects: DesiredObject..., contents: any BlobReader = MemoryTree()) async throws -> [Outcome] {
        let inventory = Inventory(
            entries: Dictionary(
                uniqueKeysWithValues: objects.map {
                    ($0.id, Inventory.Entry(uid: target.uid(of: $0), applied: nil, wave: 0))
                }))
        try await target.store(inventory, of: unit)
        let items = objects.map { object in
            WaveOrder.Item(
                change: Change(object: object.id, uid: target.uid(of: object), action: .create, wave: 0),
                desired: object)
        }
        let order = WaveOrder(number: 0, items: items, context: objects, contents: contents)
        return try await target.carryOut(order, of: unit)
    }

    @discardableResult
    func remove(_ object: DesiredObject, _ action: Change.Action = .delete) async throws -> Outcome? {
        let change = Change(object: object.id, uid: target.uid(of: object), action: action, wave: 0)
        let item = WaveOrder.Item(change: change, desired: nil)
        let order = WaveOrder(number: 0, items: [item], context: [], contents: MemoryTree())
        return try await target.carryOut(order, of: unit).first
    }

    func write(_ text: String, to path: String) throws {
        let url = folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func read(_ path: String) -> String? {
        (try? Data(contentsOf: folder.appendingPathComponent(path))).map { String(decoding: $0, as: UTF8.self) }
    }

    func mode(_ path: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: folder.appendingPathComponent(path).path)
        return (attributes?[.posixPermissions] as? NSNumber)?.intValue
    }
}

func withHost(
    _ name: String = #function, unit: UnitID = TestSupport.unit("web"), _ body: (Host) async throws -> Void
) async throws {
    try await withScratchFolder(name) { folder in try await body(Host(folder, unit: unit)) }
}
