// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
package import Manifest
package import Model

/// Renders plain YAML and JSON: a file, or a folder and what lies below it. Reads the tree, never a disk.
///
/// Of a folder these are the files that end in `.yaml`, `.yml` or `.json`, in the order of their names, as far as they
/// are selected. Names that begin with a dot are passed over.
package struct PlainRenderer: Renderer {
    /// Bytes of one file, and objects of one application.
    package static let fileLimit = 16 << 20
    package static let objectLimit = 50_000
    /// Deeper folders are refused: a budget for the stack.
    private static let depthLimit = 128

    package init() {}

    package var version: Text { "2" }

    package func render(
        _ request: RenderInput, in tree: any TreeReader
    ) async throws(RenderError) -> [RenderedManifest] {
        var manifests: [RenderedManifest] = []
        let files: [TreePath]
        do throws(TreeError) { files = try await Self.files(request.spec, tree) } catch { throw .tree(error) }
        for file in files { manifests += try await Self.manifests(in: file, tree) }
        return manifests
    }

    /// The manifests that a spec selects, in the order of their names.
    static func files(_ spec: RenderSpec, _ tree: any TreeReader) async throws(TreeError) -> [TreePath] {
        let path = spec.path
        if !path.isRoot {
            switch try await tree.kind(at: path) {
            case nil: throw .notFound(path)
            case .folder: break
            case .submodule: throw .submodule(path)
            case .file, .link: return [path]
            }
        }
        return try await Self.files(at: path, below: .root, spec.files, tree)
    }

    private static func files(
        at path: TreePath, below relative: TreePath, _ selection: FileSelection, _ tree: any TreeReader
    ) async throws(TreeError) -> [TreePath] {
        guard relative.components.count < Self.depthLimit else {
            throw .corrupt(path, reason: "folders are nested deeper than \(Self.depthLimit)")
        }
        var files: [TreePath] = []
        for child in try await tree.children(of: path) where child.name.first != UInt8(ascii: ".") {
            guard let below = path.appending(child.name), let name = relative.appending(child.name) else { continue }
            if child.kind == .folder || child.kind == .submodule {
                guard !selection.excludesAll(below: name) else { continue }
                files += try await Self.files(at: below, below: name, selection, tree)
            } else if Self.isManifest(child.name), selection.selects(name) {
                files.append(below)
            }
        }
        return files
    }

    private static func isManifest(_ name: [UInt8]) -> Bool {
        [".yaml", ".yml", ".json"].contains { name.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }

    private static func manifests(
        in file: TreePath, _ tree: any TreeReader
    ) async throws(RenderError) -> [RenderedManifest] {
        let documents: [YAML.Document]
        do {
            // JSON is YAML here: duplicates and depth are held to the same rules.
            documents = try YAML.read(try await tree.read(file, limit: fileLimit), file: Text(file.description))
        } catch let error as ReadingError {
            throw .reading(error)
        } catch let error as TreeError {
            throw .tree(error)
        } catch {
            throw .tree(.unavailable(reason: "\(file): \(error)"))
        }
        return documents.map { document in
            let line = document.position(of: FieldPath())?.line ?? 1
            return RenderedManifest(
                value: document.value, origin: Text("\(file):\(line)"), places: Places(document),
                folder: file.parent ?? .root)
        }
    }
}
