// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import Rendering

/// Finds where objects stand in the files that they were rendered from. Each file is read once.
struct ObjectPlaces {
    private static let fileLimit = 16 << 20

    private let tree: any TreeReader
    private var files: [Text: [YAML.Document]] = [:]

    init(tree: any TreeReader) { self.tree = tree }

    /// The places of an object's fields; only its line, where it is an item of a list or its file changed meanwhile.
    mutating func places(of object: DesiredObject) async -> Places {
        let origin = ObjectOrigin(object.origin)
        for document in await documents(of: origin.file)
        where document.position(of: FieldPath())?.line == origin.position?.line {
            return Places(document)
        }
        return Places(file: origin.file, value: { _ in origin.position }, key: { _ in nil })
    }

    private mutating func documents(of file: Text) async -> [YAML.Document] {
        if let known = files[file] { return known }
        var documents: [YAML.Document] = []
        if let path = TreePath(file), let bytes = try? await tree.read(path, limit: Self.fileLimit) {
            documents = (try? YAML.read(bytes, file: file)) ?? []
        }
        files[file] = documents
        return documents
    }
}
