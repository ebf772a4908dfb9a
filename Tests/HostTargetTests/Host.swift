// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Foundation
import Manifest
import Model
import NIOPosix
import TestSupport

@testable import HostTarget

/// A sandbox with a driver on it, and the orders that an engine would give.
struct Host {
    let folder: URL
    let target: HostTarget
    let unit: UnitContext

    init(
        _ folder: URL, unit: UnitID = TestSupport.unit("web"), paths: [Text] = ["/etc/web/**", "/srv/**"],
        kinds: [Text] = ["File", "Directory", "Link"], commands: [Text] = []
    ) throws {
        self.folder = folder
        target = try HostTarget(root: folder.path, observations: MemoryObservations())
        let limits = HostLimits(paths: paths, kinds: kinds, commands: commands)
        self.unit = UnitContext(unit: unit, project: name("shop"), limits: .host(limits))
    }

    init(folder: URL, target: HostTarget, unit: UnitContext) {
        self.folder = folder
        self.target = target
        self.unit = unit
    }

    /// A folder that stands for a whole machine, with twins of systemd and apt.
    init(_ folder: URL, services: MemoryServices, packages: MemoryPackages) throws {
        self.folder = folder
        guard let path = HostPath(Text(folder.path)) else { throw HostFault("\(folder.path) is no path") }
        let root = try Root(at: path)
        target = HostTarget(
            root: root, services: services, packages: packages, observations: MemoryObservations(),
            protected: .standard, lanes: Lanes(pool: .singleton, width: 4), now: Clocks.system.wall,
            watcher: try Watcher(root: root, notice: { _ in }))
        let limits = HostLimits(
            paths: ["/srv/**"], kinds: ["File", "Directory", "Link", "Service", "Package"],
            services: ["nginx", "apache2"], packages: ["nginx", "curl"],
            commands: ["sh etc/check", "grep -q good srv/a srv/b"])
        unit = UnitContext(unit: TestSupport.unit("web"), project: name("shop"), limits: .host(limits))
    }

    func file(_ name: Text, path: Text, _ fields: [(Text, Value)]) -> DesiredObject {
        declare("File", name, [("path", .string(path))] + fields)
    }

    func declare(_ kind: Text, _ name: Text, _ fields: [(Text, Value)]) -> DesiredObject {
        var spec = Object()
        for (key, value) in fields { spec[key] = value }
        let manifest: Value = [
            "apiVersion": "host.trimtab.dev/v1alpha1", "kind": .string(kind), "metadata": ["name": .string(name)],
            "spec": .object(spec),
        ]
        return DesiredObject(
            id: object(name, kind: kind), apiVersion: "host.trimtab.dev/v1alpha1", manifest: manifest, wave: 0,
            blobs: [], origin: "test.yaml:1", digest: manifest.digest())
    }

    func compare(all objects: [DesiredObject]) async throws -> [ObjectID: Comparison] {
        try await target.compare(objects, within: objects, of: unit, depth: .content, contents: MemoryTree())
    }

    func compare(_ objects: DesiredObject..., depth: ComparisonDepth = .content) async throws -> [ObjectID: Comparison]
    {
        try await target.compare(objects, within: objects, of: unit, depth: depth, contents: MemoryTree())
    }

    /// What the engine would do: claim, then write.
    @discardableResult
    func apply(_ objects: DesiredObject..., contents: any BlobReader = MemoryTree()) async throws -> [Outcome] {
        try await apply(objects, contents: contents)
    }

    @discardableResult
    func apply(_ objects: [DesiredObject], contents: any BlobReader = MemoryTree()) async throws -> [Outcome] {
        try await claim(objects)
        return try await carryOut(objects, within: objects, contents: contents)
    }

    /// What the engine does before the first wave.
    func claim(_ objects: [DesiredObject]) async throws {
        var inventory = try await target.storedInventory(of: unit) ?? Inventory()
        for object in objects {
            inventory.entries[object.id] = Inventory.Entry(uid: target.uid(of: object), applied: nil, wave: 0)
        }
        try await target.store(inventory, of: unit)
    }

    /// One wave.
    @discardableResult
    func carryOut(
        _ objects: [DesiredObject], within context: [DesiredObject], contents: any BlobReader = MemoryTree()
    ) async throws -> [Outcome] {
        let items = objects.map { object in
            WaveOrder.Item(
                change: Change(object: object.id, uid: target.uid(of: object), action: .create, wave: 0),
                desired: object)
        }
        let order = WaveOrder(number: 0, items: items, context: context, contents: contents)
        return try await target.carryOut(order, of: unit)
    }

    /// Deletes or orphans, then lets go of the claim.
    @discardableResult
    func remove(
        _ object: DesiredObject, _ action: Change.Action = .delete, leaving context: [DesiredObject] = []
    ) async throws -> Outcome? {
        let change = Change(object: object.id, uid: target.uid(of: object), action: action, wave: 0)
        let item = WaveOrder.Item(change: change, desired: nil)
        let order = WaveOrder(number: 0, items: [item], context: context, contents: MemoryTree())
        let outcome = try await target.carryOut(order, of: unit).first
        if outcome?.result == .done || outcome?.result == .unchanged,
            var inventory = try await target.storedInventory(of: unit)
        {
            inventory.entries[object.id] = nil
            try await target.store(inventory, of: unit)
        }
        return outcome
    }

    /// Every name below the root but the driver's own, in order.
    func names() -> [String] {
        let all = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return all.filter { !$0.hasPrefix("var") }.sorted()
    }

    func write(_ text: String, to path: String) throws {
        let url = folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func read(_ path: String) -> String? {
        (try? Data(contentsOf: folder.appendingPathComponent(path))).map { String(decoding: $0, as: UTF8.self) }
    }

    /// What a hand does below the root.
    func shell(_ command: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-ec", command]
        process.currentDirectoryURL = folder
        try process.run()
        process.waitUntilExit()
        if process.terminationStatus != 0 { throw HostFault("\(command) failed") }
    }

    func target(of path: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: folder.appendingPathComponent(path).path)
    }

    func mode(_ path: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: folder.appendingPathComponent(path).path)
        return (attributes?[.posixPermissions] as? NSNumber)?.intValue
    }
}

func withHost(
    _ name: String = #function, unit: UnitID = TestSupport.unit("web"),
    kinds: [Text] = ["File", "Directory", "Link"], _ body: (Host) async throws -> Void
) async throws {
    try await withScratchFolder(name) { folder in try await body(Host(folder, unit: unit, kinds: kinds)) }
}

func withMachine(
    _ name: String = #function, _ body: (Host, MemoryServices, MemoryPackages) async throws -> Void
) async throws {
    try await withScratchFolder(name) { folder in
        let (services, packages) = (MemoryServices(), MemoryPackages())
        try await body(try Host(folder, services: services, packages: packages), services, packages)
    }
}
