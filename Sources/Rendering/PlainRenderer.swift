// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Renders plain YAML and JSON: a file, or a folder and what lies below it. Reads the tree, never a disk.
package struct PlainRenderer: Sendable {
    /// What a path renders to.
    package struct Output: Sendable {
        package var objects: [DesiredObject]
        /// Of all objects in their order.
        package var digest: Digest
        package var trace: Trace
    }

    /// Bytes of one file, and objects of one application.
    package static let fileLimit = 16 << 20
    package static let objectLimit = 50_000

    private let tree: TracingTreeReader
    private var objects: [DesiredObject] = []
    private var places: [ObjectID: Text] = [:]

    /// Renders the files that end in `.yaml`, `.yml` or `.json` at or below a path, in the order of their names. Names
    /// that begin with a dot are passed over.
    package static func render(_ tree: any TreeReader, path: TreePath) async throws(RenderError) -> Output {
        var renderer = PlainRenderer(tree: TracingTreeReader(tree))
        let files: [TreePath]
        do throws(TreeError) {
            files = try await renderer.files(at: path)
        } catch {
            throw .tree(error)
        }
        for file in files { try await renderer.render(file) }
        return Output(objects: renderer.objects, digest: digest(of: renderer.objects), trace: renderer.tree.trace)
    }

    /// Of a whole render.
    static func digest(of objects: [DesiredObject]) -> Digest {
        Value.array(objects.map { Value.array([Value($0.id.key), Value($0.digest), Value($0.wave)]) }).digest()
    }

    /// Of one object.
    static func digest(of manifest: Value, _ blobs: [BlobReference]) -> Digest {
        ([manifest, .array(blobs.map { Value($0.id.description) })] as Value).digest()
    }

    private init(tree: TracingTreeReader) { self.tree = tree }

    private func files(at path: TreePath) async throws(TreeError) -> [TreePath] {
        if !path.isRoot {
            guard let entry = try await tree.entry(at: path) else { throw .notFound(path) }
            switch entry.kind {
            case .folder: break
            case .submodule: throw .submodule(path)
            case .file, .link: return [path]
            }
        }
        var files: [TreePath] = []
        for child in try await tree.children(of: path) where child.name.first != UInt8(ascii: ".") {
            guard let below = path.appending(child.name) else { continue }
            if child.kind == .folder || child.kind == .submodule {
                files += try await self.files(at: below)
            } else if Self.isManifest(child.name) {
                files.append(below)
            }
        }
        return files
    }

    private static func isManifest(_ name: [UInt8]) -> Bool {
        [".yaml", ".yml", ".json"].contains { name.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }

    private mutating func render(_ file: TreePath) async throws(RenderError) {
        let documents: [YAML.Document]
        do {
            // JSON is YAML here: duplicates and depth are held to the same rules.
            documents = try YAML.read(try await tree.read(file, limit: Self.fileLimit), file: Text(file.description))
        } catch let error as ReadingError {
            throw .reading(error)
        } catch let error as TreeError {
            throw .tree(error)
        } catch {
            throw .tree(.unavailable(reason: "\(file): \(error)"))
        }
        for document in documents { try await add(document.value, at: FieldPath(), of: document, in: file) }
    }

    private mutating func add(
        _ manifest: Value, at path: FieldPath, of document: YAML.Document, in file: TreePath
    ) async throws(RenderError) {
        let envelope = try Envelope(manifest, at: path, of: document)
        if envelope.isList {
            for (index, item) in (manifest["items"]?.arrayValue ?? []).enumerated() {
                try await add(item, at: path.appending("items").appending(index), of: document, in: file)
            }
            return
        }
        guard objects.count < Self.objectLimit else { throw .tooMany(objects: Self.objectLimit) }
        let line = document.position(of: path)?.line ?? 1
        let origin = Text("\(file):\(line)")
        if let first = places.updateValue(origin, forKey: envelope.id) {
            throw .duplicate(envelope.id, first: first, second: origin)
        }
        var blobs: [BlobReference] = []
        for source in BlobNames.named(by: manifest, of: envelope.id) {
            blobs.append(try await blob(source, at: path, of: document, in: file))
        }
        objects.append(
            DesiredObject(
                id: envelope.id, apiVersion: envelope.apiVersion, manifest: manifest, wave: envelope.wave, blobs: blobs,
                origin: origin, digest: Self.digest(of: manifest, blobs)))
    }

    /// Names of files are relative to the file that names them.
    private func blob(
        _ source: (path: FieldPath, name: Text), at path: FieldPath, of document: YAML.Document, in file: TreePath
    ) async throws(RenderError) -> BlobReference {
        let field = FieldPath(path.steps + source.path.steps)
        guard let relative = TreePath(source.name), !relative.isRoot else {
            throw .reading(
                ReadingError(
                    file: document.file, position: document.position(of: field),
                    reason: "\(source.name.quoted) is no path of a file below this one's folder"))
        }
        do throws(TreeError) {
            return try await tree.blob(at: (file.parent ?? .root).appending(relative))
        } catch {
            throw .reading(
                ReadingError(file: document.file, position: document.position(of: field), reason: error.description))
        }
    }
}
