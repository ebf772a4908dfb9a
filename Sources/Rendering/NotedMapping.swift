// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model

/// A mapping of secrets among the manifests of a render, on its way into the object that it is about.
struct NotedMapping {
    private let manifest: RenderedManifest
    private let mapping: SecretMapping
    private let namespace: Text

    init(_ manifest: RenderedManifest, namespace: Text) throws(RenderError) {
        self.manifest = manifest
        self.namespace = namespace
        do throws(InvalidFields) {
            mapping = try SecretMapping.shape.decode(manifest.value, in: manifest.places)
        } catch {
            guard let first = error.errors.first else { throw manifest.failure(["spec"], "is not in order") }
            throw .reading(first)
        }
    }

    /// Notes in the object what is put into it.
    ///
    /// - Parameter namespace: of those that name none.
    func note(in objects: inout [DesiredObject], namespace defaultNamespace: Text?) throws(RenderError) {
        let isFile = mapping.kind == "File"
        let namespace = isFile ? "" : self.namespace.isEmpty ? defaultNamespace ?? "" : self.namespace
        let group: Text = isFile ? "host.trimtab.dev" : ""
        let index = objects.firstIndex { object in
            object.id.kind == mapping.kind && object.id.group == group && object.id.name == mapping.object
                && object.id.namespace == namespace
        }
        guard let index, let object = objects[index].manifest.objectValue else {
            throw failure("there is no \(mapping.kind) \(mapping.object.quoted) in this application", "declare it")
        }
        guard object[SecretMapping.field] == nil else {
            throw failure("another SecretMapping is about \(mapping.kind)/\(mapping.object)", "make one of both")
        }
        try isFile ? checkFile(objects[index]) : checkSecret(object)
        var noted = object
        noted[SecretMapping.field] = manifest.value["spec"]?["values"]
        objects[index].manifest = .object(noted)
        objects[index].seal()
    }

    /// Every value has its place in the content.
    private func checkFile(_ file: DesiredObject) throws(RenderError) {
        guard let content = file.spec["content"]?.stringValue else {
            throw failure("File/\(mapping.object) has no \"content\" that values could stand in", "write it there")
        }
        for value in mapping.values where !SecretTemplate.holds(value.key, in: content) {
            throw manifest.failure(
                ["spec", "values", value.key], "File/\(mapping.object) has no ${\(value.key)} in its content")
        }
    }

    /// A key has one origin.
    private func checkSecret(_ secret: Object) throws(RenderError) {
        for value in mapping.values where !SecretTemplate.isNamed(value.key, byTextsOf: secret) {
            for field in ["data", "stringData"] as [Text] where secret[field]?[value.key] != nil {
                throw manifest.failure(
                    ["spec", "values", value.key],
                    "Secret/\(mapping.object) has a value of its own for \(value.key)", "remove one of both")
            }
        }
    }

    private func failure(_ reason: String, _ advice: String) -> RenderError {
        manifest.failure(["spec", "object"], reason, advice)
    }
}
