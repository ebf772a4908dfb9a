// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// One build: the state that the folders of a kustomization share.
struct Build {
    let tree: any TreeReader
    let options: Kustomization.Options
    var reading: FileReading
    var context: TransformContext
    /// The folders that are being built, outermost first: a kustomization within itself is a cycle.
    var open: [(prefix: Text, path: TreePath)] = []
    var metadata = BuildMetadata()
    /// Whether some kustomization has chosen a schema; the first wins.
    var hasSchema = false

    init(_ tree: any TreeReader, options: Kustomization.Options) {
        self.tree = tree
        self.options = options
        reading = FileReading(budget: options.budget, loading: options.loading)
        context = TransformContext(
            schemas: .builtin, allowance: Allowance(steps: options.budget.steps, options.budget.result))
    }

    func run(at path: TreePath) async throws(KustomizeError) -> [BuiltObject] {
        var build = self
        return try await build.build(at: path)
    }

    private mutating func build(at path: TreePath) async throws(KustomizeError) -> [BuiltObject] {
        let folder = Folder(tree: tree, path: path, prefix: options.prefix)
        let root = try await declaration(in: folder)
        metadata = root.declaration.metadata
        try await chooseSchema(root.declaration, in: folder)
        var layer = Layer(limit: options.budget.objects)
        try await accumulate(root, in: folder, into: &layer)
        if let overlay = options.overlay {
            try await accumulate(try Self.overlay(overlay, root), in: folder, into: &layer)
        }
        try NameHashes.apply(to: &layer.set, &context.allowance)
        try NameReferences.of(layer.config).apply(to: &layer.set, &context.allowance)
        try resolveVariables(in: &layer)
        layer.set.keep { resource in
            guard let note = resource.annotation("config.kubernetes.io/local-config") else { return true }
            return note == "false"
        }
        try sort(&layer.set, root.declaration)
        var resources = layer.set.takeItems()
        return try finished(&resources)
    }

    /// A kustomization above the root that comes as a value.
    private static func overlay(_ value: Value, _ root: Loaded) throws(KustomizeError) -> Loaded {
        let source = FieldSource(file: "overlay")
        let declaration = try Declaration(Field(value, source: source))
        for (name, list) in [
            ("resources", declaration.resources), ("components", declaration.components), ("crds", declaration.crds),
            ("configurations", declaration.configurations),
        ] where !list.isEmpty {
            throw KustomizeError(
                Place(file: "overlay"), "an overlay has no \(name)",
                advice: "it changes what the root builds; files are the root's")
        }
        return Loaded(declaration: declaration, file: "overlay")
    }

    private func sort(_ set: inout ResourceSet, _ root: Declaration) throws(KustomizeError) {
        if let sorting = root.sorting { return sorting.apply(to: &set) }
        if options.order != .none { SortOptions.legacy.apply(to: &set) }
    }

    /// Empties the list, so that what an object holds is changed in place.
    private mutating func finished(_ resources: inout [Resource]) throws(KustomizeError) -> [BuiltObject] {
        var room = Allowance(steps: .max, options.budget.result)
        var objects: [BuiltObject] = []
        objects.reserveCapacity(resources.count)
        for index in resources.indices {
            guard room.put(resources[index].value, below: 0) else {
                throw KustomizeError(resources[index].place.asPlace, room.refusal, code: .tooMuch)
            }
            try finish(&resources[index])
            objects.append(
                BuiltObject(
                    manifest: resources[index].value, origin: Text(resources[index].place.description)))
        }
        return objects
    }

    private mutating func finish(_ resource: inout Resource) throws(KustomizeError) {
        if metadata.managedBy {
            try resource.change(
                FieldSpec("metadata/labels", creates: true), creating: .map, by: "managedByLabel", &context.allowance
            ) { (labels) throws(WalkFailure) in
                // What kubectl's kustomize calls itself.
                _ = labels.editObject { $0["app.kubernetes.io/managed-by"] = "kustomize-(devel)" }
            }
        }
        if metadata.origins, let origin = resource.origin { resource.setAnnotation(Origin.annotation, origin.text) }
        if metadata.transformers, !resource.transformations.isEmpty {
            resource.setAnnotation(Origin.transformationsAnnotation, Origin.text(of: resource.transformations))
        }
        resource.settleAnnotations()
        FinalValue.settle(&resource.value)
    }
}

extension Resource {
    /// Annotations are texts whatever they were written as; an empty map of them is none.
    fileprivate mutating func settleAnnotations() {
        guard let annotations = value["metadata"]?["annotations"] else { return }
        var object = annotations.objectValue
        if let pairs = object?.pairs, pairs.contains(where: { InternalAnnotations.contains($0.key) }) {
            object = Object(uniquePairs: pairs.filter { !InternalAnnotations.contains($0.key) })
        } else if let object, !object.isEmpty, object.pairs.allSatisfy({ $0.value.stringValue != nil }) {
            return
        }
        _ = value.editObject { root in
            root.edit("metadata") { metadata in
                metadata.editObject { metadata in
                    guard let object, !object.isEmpty else {
                        if object != nil || annotations.isNull { metadata["annotations"] = nil }
                        return
                    }
                    metadata["annotations"] = .object(
                        Object(
                            uniquePairs: object.pairs.map { pair in
                                (pair.key, pair.value.scalarText.map { .string($0) } ?? pair.value)
                            }))
                }
            }
        }
    }
}
