// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model

/// Makes desired objects of manifests, whatever rendered them: checks what every object must say of itself, takes lists
/// apart, finds the files that are named and the hooks, and lets no object be declared twice.
struct ObjectCollector {
    private let tree: TracingTreeReader
    private(set) var objects: [DesiredObject] = []
    /// What is to be put into some of them when they are applied.
    private(set) var mappings: [NotedMapping] = []
    private(set) var notes: [Text] = []
    private(set) var isTainted = false
    private(set) var isOfChart = false
    private var places: [ObjectID: Text] = [:]
    private var foreign = ForeignKinds()

    init(tree: TracingTreeReader) { self.tree = tree }

    mutating func add(_ manifest: RenderedManifest) async throws(RenderError) {
        var manifest = manifest
        isTainted = isTainted || manifest.isTainted
        isOfChart = isOfChart || manifest.isOfChart
        let reading = try Self.reading(manifest) { value throws(HookReading.Fault) in try HookReading(value) }
        if case .hook = reading { manifest.value = Self.named(manifest.value) }
        let envelope = try Envelope(manifest)
        if envelope.isList {
            for (index, item) in (manifest.value["items"]?.arrayValue ?? []).enumerated() {
                try await add(manifest.item(index, item))
            }
            return
        }
        var hook: Hook?
        switch reading {
        case .none: break
        case .hook(let read): hook = read
        case .left(let reason):
            notes.append("\(manifest.origin): \(Text("\(envelope.id)")) is left out: \(reason)")
            return
        }
        guard objects.count < PlainRenderer.objectLimit else { throw .tooMany(objects: PlainRenderer.objectLimit) }
        if let first = places.updateValue(manifest.origin, forKey: envelope.id) {
            throw .duplicate(envelope.id, first: first, second: manifest.origin)
        }
        if envelope.id.group == SecretMapping.group {
            return mappings.append(try NotedMapping(manifest, namespace: envelope.id.namespace))
        }
        if let note = foreign.note(envelope.id, at: manifest.origin) { notes.append(note) }
        let wave = try Self.reading(manifest) { value throws(HookReading.Fault) in try HookReading.wave(of: value) }
        var blobs: [BlobReference] = []
        for source in BlobNames.named(by: manifest.value, of: envelope.id) {
            blobs.append(try await blob(source, of: manifest))
        }
        var object = DesiredObject(
            id: envelope.id, apiVersion: envelope.apiVersion, manifest: manifest.value, wave: wave ?? 0, blobs: blobs,
            origin: manifest.origin, digest: Digest(of: []), hook: hook)
        object.fingerprint = manifest.fingerprint
        object.seal()
        objects.append(object)
    }

    /// Names of files are relative to the file that names them.
    private func blob(
        _ source: (path: FieldPath, name: Text), of manifest: RenderedManifest
    ) async throws(RenderError) -> BlobReference {
        guard let relative = TreePath(source.name), !relative.isRoot else {
            throw manifest.failure(
                source.path, "\(source.name.quoted) is no path of a file below this one's folder")
        }
        do throws(TreeError) {
            return try await tree.blob(at: manifest.folder.appending(relative))
        } catch {
            throw manifest.failure(source.path, error.description)
        }
    }

    private static func reading<Result>(
        _ manifest: RenderedManifest, _ body: (Value) throws(HookReading.Fault) -> Result
    ) throws(RenderError) -> Result {
        do throws(HookReading.Fault) { return try body(manifest.value) } catch {
            throw manifest.failure(
                ["metadata", "annotations", error.annotation], "\(error.annotation) \(error.reason)")
        }
    }

    /// A hook that leaves its name to the cluster gets one that changes with what it holds, so that a new one is a new
    /// object and an old one is known.
    private static func named(_ manifest: Value) -> Value {
        guard case .object(var object) = manifest, case .object(var metadata)? = object["metadata"],
            metadata["name"] == nil, case .string(let prefix)? = metadata["generateName"]
        else { return manifest }
        metadata["generateName"] = nil
        metadata["name"] = .string("\(prefix)\(Text(String(manifest.digest().hex.prefix(8))))")
        object["metadata"] = .object(metadata)
        return .object(object)
    }
}
