// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A generator or transformer that is given as an object.
struct Plugin {
    var resource: Resource
    var origin: Origin?

    var kind: Text { resource.kind }

    /// The fields of the object. What a plugin does not know is passed over, as kustomize does.
    var field: Field {
        Field(FinalValue.of(resource.value), source: FieldSource(file: resource.place.file))
    }

    func fields(_ known: [String]) throws(KustomizeError) -> Fields {
        var byName: [String: Field] = [:]
        let all = field
        for (key, value) in all.value.objectValue?.pairs ?? [] where known.contains(key.string) {
            byName[key.string] = Field(value, path: FieldPath([.key(key)]), source: all.source)
        }
        return Fields(byName: byName, all: all)
    }
}

extension Build {
    /// The plugins that a kustomization lists: objects in place, in files, or in folders with a kustomization.
    mutating func plugins(
        _ fields: [Field], _ loaded: Loaded, in folder: Folder
    ) async throws(KustomizeError) -> [Plugin] {
        var plugins: [Plugin] = []
        for field in fields {
            let text = try field.text()
            var layer = Layer(limit: options.budget.objects)
            let isInline = text.utf8.contains(UInt8(ascii: "\n")) || text.utf8.first == UInt8(ascii: "{")
            if isInline {
                let bytes = Array(text.utf8)
                for resource in try await ResourceReader.resources(
                    bytes, file: field.source.file, budget: options.budget.file)
                {
                    var resource = resource
                    resource.place.line = field.place.position?.line ?? 0
                    resource.origin = metadata.isNeeded ? Origin(path: Origin.join(folder.origin, loaded.file)) : nil
                    try layer.set.append(resource)
                }
            } else {
                try await addResources([field], in: folder, to: &layer)
            }
            for resource in layer.set.items { plugins.append(try Self.plugin(resource)) }
        }
        return plugins
    }

    private static func plugin(_ resource: Resource) throws(KustomizeError) -> Plugin {
        let type = resource.type
        guard type.group == "builtin" || type.group.isEmpty && type.version == "builtin" else {
            throw KustomizeError(
                resource.place.asPlace,
                "\(type) is a plugin that would be executed, and none is",
                advice: "use a built-in transformer (apiVersion: builtin), or render what it makes beforehand",
                code: .refused)
        }
        let origin = resource.origin.map { origin in
            Origin(
                configuredIn: origin.path,
                configuredBy: Origin.Configuration(
                    apiVersion: resource.apiVersion, kind: resource.kind, name: resource.name,
                    namespace: resource.namespace))
        }
        return Plugin(resource: resource, origin: origin)
    }

    /// Validators may change nothing.
    mutating func validate(_ loaded: Loaded, in folder: Folder, _ set: ResourceSet) async throws(KustomizeError) {
        for plugin in try await plugins(loaded.declaration.validators, loaded, in: folder) {
            var copy = set
            for step in try await transformations(by: plugin, in: folder) { try step.apply(to: &copy, &context) }
            guard copy.items.map(\.value) == set.items.map(\.value) else {
                throw KustomizeError(
                    plugin.resource.place.asPlace, "the validator \(plugin.resource.name) changes objects",
                    advice: "list it under transformers")
            }
        }
    }
}
