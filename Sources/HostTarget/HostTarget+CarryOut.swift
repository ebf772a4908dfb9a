// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
package import Engine
import Fleet
import Manifest
package import Model

extension HostTarget {
    package func carryOut(_ order: WaveOrder, of unit: UnitContext) async throws(TargetError) -> [Outcome] {
        let known = try await loadObservations(of: unit)
        var results: [ObjectID: Outcome.Result] = [:]
        var seen: [ObjectID: [UInt8]?] = [:]
        var batch = FileBatch(root: root, originals: originals)
        for item in order.items {
            do {
                switch item.change.action {
                case .create, .update:
                    guard let desired = item.desired else { continue }
                    results[desired.id] = try await stage(desired, order, unit, known[desired.id], &batch, &seen)
                case .delete:
                    results[item.change.object] = try await blocking { try delete(item.change) }
                    seen[item.change.object] = .some(nil)
                case .orphan:
                    results[item.change.object] = try await blocking { try orphan(item.change) }
                    seen[item.change.object] = .some(nil)
                case .keep: results[item.change.object] = .unchanged
                }
            } catch {
                results[item.change.object] = .failed(reason: Text("\(error)"))
            }
        }
        let staged = batch
        let failed = try await blocking { try commit(staged, known: known) }
        results.merge(failed.results) { _, new in new }
        seen.merge(failed.seen) { _, new in new }
        try await record(seen, of: unit)
        return order.items.map { item in
            Outcome(
                object: item.change.object, uid: item.change.uid, action: item.change.action,
                result: results[item.change.object] ?? .failed(reason: "nothing was tried"))
        }
    }

    /// Looks once more, since time has passed since the plan; `nil` result for what waits for the commit.
    private func stage(
        _ desired: DesiredObject, _ order: WaveOrder, _ unit: UnitContext, _ observation: Observation?,
        _ batch: inout FileBatch, _ seen: inout [ObjectID: [UInt8]?]
    ) async throws -> Outcome.Result? {
        if let refusal = try refusal(of: desired, in: unit) { return .failed(reason: Text(refusal)) }
        let spec = try FileSpec.shape.decode(desired.manifest, at: FieldPath([.key("spec")]))
        let comparer = FileComparer(root: root, spec: spec, desired: desired, observation: observation)
        if case .same(let new) = try comparer.compare(trusting: false) {
            if let new { seen[desired.id] = new.bytes }
            return .unchanged
        }
        try await batch.stage(desired, spec) { file in
            switch spec.content {
            case .inline(let text):
                try file.write(Array(text.utf8))
                return Digest(of: text.utf8)
            case .source:
                guard let blob = desired.blobs.first else { throw ContentError("no file of the source is named") }
                var hash = SHA256()
                let descriptor = file.descriptor
                let path = file.path
                try await order.contents.stream(blob) { piece in
                    try piece.withUnsafeBytes { bytes in
                        hash.update(bufferPointer: bytes)
                        try OpenFile.write(bytes, to: descriptor, path)
                    }
                }
                return Digest(hash.finalize())
            }
        }
        return nil
    }

    private func commit(
        _ batch: FileBatch, known: [ObjectID: Observation]
    ) throws -> (results: [ObjectID: Outcome.Result], seen: [ObjectID: [UInt8]?]) {
        guard !batch.staged.isEmpty else { return ([:], [:]) }
        let failed = try batch.commit { known[$0.id] == nil }
        var results: [ObjectID: Outcome.Result] = [:]
        var seen: [ObjectID: [UInt8]?] = [:]
        for item in batch.staged {
            let id = item.desired.id
            if let reason = failed[id] {
                results[id] = .failed(reason: reason)
                continue
            }
            results[id] = .done
            guard let folder = try root.folder(item.spec.path.parent),
                let metadata = try folder.metadata(of: item.spec.path.name)
            else { continue }
            let observation = Observation(desired: item.desired.digest, content: item.content, metadata: metadata)
            seen[id] = observation.bytes
            watcher.expect(item.spec.path, metadata)
        }
        return (results, seen)
    }

    /// What lay there before we came, comes back.
    private func delete(_ change: Change) throws -> Outcome.Result {
        guard let path = HostPath(change.uid), let folder = try root.folder(path.parent) else { return .unchanged }
        if try originals.restore(path, in: folder) {
            try folder.sync()
            return .done
        }
        guard let metadata = try folder.metadata(of: path.name) else { return .unchanged }
        if metadata.isFolder { return .failed(reason: "\(path.text) has become a folder") }
        try folder.unlink(path.name)
        CrashPoint.reached("host-deleted")
        try folder.sync()
        return .done
    }

    private func orphan(_ change: Change) throws -> Outcome.Result {
        if let path = HostPath(change.uid) { try originals.forget(path) }
        return .done
    }
}
