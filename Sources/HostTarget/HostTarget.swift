// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
package import Engine
import Fleet
package import Manifest
package import Model
import NIOPosix

/// The driver for a host, or for a sandbox: a folder that stands for one.
package struct HostTarget: TargetDriver {
    let root: Root
    let observations: any ObservationStore
    let inventories: InventoryFiles
    let originals: Originals
    let watcher: Watcher

    /// - Parameters:
    ///   - path: the folder that absolute paths begin at; `/` for the host itself.
    package init(root path: String, observations: any ObservationStore) throws {
        root = try Root(path: path)
        self.observations = observations
        inventories = InventoryFiles(root: root)
        originals = Originals(root: root)
        watcher = try Watcher(root: root)
    }

    package func uid(of object: DesiredObject) -> Text { object.spec["path"]?.stringValue ?? "" }

    package func admit(_ objects: [DesiredObject], of unit: UnitContext) async throws(TargetError) -> [Refusal] {
        try await blocking {
            var refusals: [Refusal] = []
            for object in objects {
                if let reason = try refusal(of: object, in: unit) {
                    refusals.append(Refusal(object: object.id, reason: Text(reason)))
                }
            }
            return refusals
        }
    }

    /// Why the object may not be applied: its form, its kind, or where its path leads after links are resolved.
    func refusal(of object: DesiredObject, in unit: UnitContext) throws -> String? {
        guard object.id.group == "host.trimtab.dev", object.id.kind == "File" else {
            return "a host knows no \(object.apiVersion) \(object.id.kind) (in \(object.origin))"
        }
        if let refusal = unit.limits.refusal(of: .kind(object.id.kind)) { return refusal }
        let spec: FileSpec
        do {
            spec = try FileSpec.shape.decode(
                object.manifest, at: FieldPath([.key("spec")]), in: .unknown(file: object.origin))
        } catch {
            return error.description
        }
        if let refusal = unit.limits.refusal(of: .path(spec.path.bytes)) { return refusal }
        var existing: TreePath? = spec.path.parent
        while let folder = existing {
            if let open = try root.folder(folder) {
                let rest = spec.path.below.components.dropFirst(folder.components.count)
                let resolved = rest.reduce(open.path) { path, name in
                    path == [UInt8(ascii: "/")] ? path + name : path + [UInt8(ascii: "/")] + name
                }
                guard resolved != spec.path.bytes else { return nil }
                return unit.limits.refusal(of: .path(resolved)).map { "\(spec.path.text) leads elsewhere: \($0)" }
            }
            existing = folder.parent
        }
        return nil
    }

    package func compare(
        _ objects: [DesiredObject], within context: [DesiredObject], of unit: UnitContext, depth: ComparisonDepth,
        contents: any BlobReader
    ) async throws(TargetError) -> [ObjectID: Comparison] {
        let known = try await loadObservations(of: unit)
        let (comparisons, seen) = try await blocking {
            try compare(objects, of: unit, depth: depth, known: known)
        }
        if !seen.isEmpty { try await record(seen, of: unit) }
        return comparisons
    }

    private func compare(
        _ objects: [DesiredObject], of unit: UnitContext, depth: ComparisonDepth, known: [ObjectID: Observation]
    ) throws -> ([ObjectID: Comparison], [ObjectID: [UInt8]?]) {
        let claims = try inventories.foreignClaims(besides: unit.unit)
        var comparisons: [ObjectID: Comparison] = [:]
        comparisons.reserveCapacity(objects.count)
        var seen: [ObjectID: [UInt8]?] = [:]
        for object in objects {
            guard let spec = try? FileSpec.shape.decode(object.manifest, at: FieldPath([.key("spec")])) else {
                comparisons[object.id] = .refused("its spec cannot be read")
                continue
            }
            if let owner = claims[spec.path.text] {
                comparisons[object.id] = .claimed(by: owner)
                continue
            }
            let comparer = FileComparer(root: root, spec: spec, desired: object, observation: known[object.id])
            do {
                switch try comparer.compare(trusting: depth == .metadata) {
                case .same(let new):
                    comparisons[object.id] = .same
                    if let new { seen[object.id] = new.bytes }
                case .absent: comparisons[object.id] = .absent
                case .differs(let fields): comparisons[object.id] = .differs(fields, cause: nil)
                case .refused(let reason): comparisons[object.id] = .refused(reason)
                }
            } catch {
                comparisons[object.id] = .refused(Text("\(error)"))
            }
        }
        return (comparisons, seen)
    }

    /// A file that stands as desired does what a file can do.
    package func health(
        of objects: [DesiredObject], in unit: UnitContext
    ) async throws(TargetError) -> [ObjectID: HealthReport] {
        Dictionary(objects.map { ($0.id, HealthReport(.healthy)) }, uniquingKeysWith: { first, _ in first })
    }

    package func store(_ inventory: Inventory, of unit: UnitContext) async throws(TargetError) {
        try await blocking { try inventories.store(inventory, of: unit.unit) }
    }

    package func storedInventory(of unit: UnitContext) async throws(TargetError) -> Inventory? {
        try await blocking { try inventories.stored(of: unit.unit) }
    }

    /// New contents that never took their place are overwritten by the next attempt, which comes because their intent
    /// has no outcome; nothing else is ever half done.
    package func recover() async throws(TargetError) {}

    package func setWatched(_ objects: [DesiredObject], of unit: UnitContext) async throws(TargetError) {
        let paths = objects.compactMap { object in
            object.spec["path"]?.stringValue.flatMap { HostPath($0) }.map { (object.id, $0) }
        }
        try await blocking { try watcher.setWatched(paths, of: unit.unit) }
    }

    package func watch(_ sink: WatchSink) async throws(TargetError) {
        await watcher.run(sink)
    }

    func loadObservations(of unit: UnitContext) async throws(TargetError) -> [ObjectID: Observation] {
        do {
            return try await observations.observations(of: unit.unit).compactMapValues { Observation($0) }
        } catch {
            throw TargetError(reason: "what was observed before cannot be read: \(error)", isTransient: true)
        }
    }

    func record(_ seen: [ObjectID: [UInt8]?], of unit: UnitContext) async throws(TargetError) {
        do { try await observations.record(seen, of: unit.unit) } catch {
            throw TargetError(reason: "what was observed cannot be written: \(error)", isTransient: true)
        }
    }

    /// Runs calls that block on a thread that may block.
    func blocking<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws(TargetError) -> Result {
        do { return try await NIOThreadPool.singleton.runIfActive(body) } catch {
            throw TargetError(reason: Text("\(error)"), isTransient: true)
        }
    }
}
