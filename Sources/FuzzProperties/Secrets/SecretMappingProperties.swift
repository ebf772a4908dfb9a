// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model

/// A mapping leads to paths that lead nowhere else, says the same where a render notes it, and puts values exactly where
/// a text names them.
enum SecretMappingProperties {
    static func check(_ bytes: [UInt8]) throws {
        guard let documents = try? YAML.read(bytes, file: "a.yaml") else { return }
        for document in documents.prefix(4) {
            guard let mapping = try read(document.value) else { continue }
            try checkPaths(of: mapping)
            try checkNote(of: mapping, in: document.value)
            if let text = Text(utf8: bytes) { try checkTemplate(text, mapping.values.map(\.key)) }
        }
    }

    private static func read(_ manifest: Value) throws(Violation) -> SecretMapping? {
        do throws(InvalidFields) { return try SecretMapping.shape.decode(manifest) } catch {
            try require(
                !error.errors.isEmpty && error.errors.allSatisfy { !$0.reason.isEmpty }, "refused without a reason")
            return nil
        }
    }

    private static func checkPaths(of mapping: SecretMapping) throws(Violation) {
        for value in mapping.values {
            try require(StorePath.isPath(value.value.path), "\(value.value.path) is no path in a store")
            try require(value.value.version.map { $0 > 0 } ?? true, "a version before the first")
        }
    }

    private static func checkNote(of mapping: SecretMapping, in manifest: Value) throws {
        let object = DesiredObject(
            id: ObjectID(group: "", kind: mapping.kind, namespace: "", name: mapping.object), apiVersion: "v1",
            manifest: ["secretMapping": manifest["spec"]?["values"] ?? .null], wave: 0, blobs: [], origin: "a.yaml:1",
            digest: Digest(of: []))
        try require(try SecretMapping(of: object) == mapping, "a mapping says something else where it is noted")
    }

    private static func checkTemplate(_ text: Text, _ names: [Text]) throws(Violation) {
        let values = Dictionary(names.map { ($0, Secret([UInt8(ascii: "v")])) }) { first, _ in first }
        let filled = SecretTemplate.filled(text, with: values)
        let named = Set(names.filter { SecretTemplate.holds($0, in: text) })
        try require(filled.used == named, "\(filled.used) were put into a text that names \(named)")
        let isSame = filled.bytes.withExposed { $0.elementsEqual(text.utf8) }
        try require(isSame == named.isEmpty, "a text without places became another one")
    }
}
