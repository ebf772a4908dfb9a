// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A step of a kustomization, and where it is configured.
struct ConfiguredStep {
    var transformation: Transformation
    var origin: Origin?
}

extension Build {
    /// The steps of a kustomization in kustomize's order, with all files that they need read.
    mutating func transformations(
        of loaded: Loaded, in folder: Folder, config: TransformerConfig
    ) async throws(KustomizeError) -> [ConfiguredStep] {
        let declaration = loaded.declaration
        var steps: [ConfiguredStep] = []
        func add(_ transformation: Transformation, _ kind: Text, _ build: Build) {
            steps.append(
                ConfiguredStep(transformation: transformation, origin: build.origin(of: kind, loaded, in: folder)))
        }
        if !declaration.strategicPatches.isEmpty {
            for change in try await strategicPatches(declaration.strategicPatches, in: folder) {
                add(.patch(change), "PatchStrategicMergeTransformer", self)
            }
        }
        for patch in declaration.patches {
            if let change = try await self.patch(patch, in: folder) { add(.patch(change), "PatchTransformer", self) }
        }
        if let namespace = try declaration.namespace?.text() {
            add(
                .namespace(NamespaceChange(namespace: namespace, specs: config.namespace)), "NamespaceTransformer", self
            )
        }
        if !declaration.namePrefix.isEmpty {
            let change = AffixChange(position: .prefix, text: declaration.namePrefix, specs: config.namePrefix)
            add(.affix(change), "PrefixTransformer", self)
        }
        if !declaration.nameSuffix.isEmpty {
            let change = AffixChange(position: .suffix, text: declaration.nameSuffix, specs: config.nameSuffix)
            add(.affix(change), "SuffixTransformer", self)
        }
        for change in try Self.labels(declaration, config) { add(.labels(change), "LabelTransformer", self) }
        if !declaration.commonAnnotations.isEmpty {
            let change = LabelChange(
                pairs: declaration.commonAnnotations, specs: config.commonAnnotations, name: "commonAnnotations")
            add(.labels(change), "AnnotationsTransformer", self)
        }
        for patch in declaration.jsonPatches {
            if let change = try await jsonPatch(patch, in: folder) {
                add(.patch(change), "PatchJson6902Transformer", self)
            }
        }
        for change in declaration.replicas { add(.replicas(change, config.replicas), "ReplicaCountTransformer", self) }
        for change in declaration.images { add(.image(change, config.images), "ImageTagTransformer", self) }
        if !declaration.replacements.isEmpty {
            add(
                .replacements(try await replacements(declaration.replacements, in: folder)), "ReplacementTransformer",
                self)
        }
        for plugin in try await plugins(declaration.transformers, loaded, in: folder) {
            for step in try await transformations(by: plugin, in: folder) {
                steps.append(ConfiguredStep(transformation: step, origin: plugin.origin))
            }
        }
        return steps
    }

    private static func labels(
        _ declaration: Declaration, _ config: TransformerConfig
    ) throws(KustomizeError) -> [LabelChange] {
        var changes: [LabelChange] = []
        for label in declaration.labels {
            var specs = try label.fieldSpecs.merging(config.labels, at: declaration.place)
            if label.includesSelectors {
                specs = try specs.merging(config.commonLabels, at: declaration.place)
            } else {
                if label.includesTemplates { specs = try specs.merging(config.templateLabels, at: declaration.place) }
                specs = try specs.merging([FieldSpec("metadata/labels", creates: true)], at: declaration.place)
            }
            changes.append(LabelChange(pairs: label.pairs, specs: specs, name: "labels"))
        }
        if !declaration.commonLabels.isEmpty {
            changes.append(
                LabelChange(pairs: declaration.commonLabels, specs: config.commonLabels, name: "commonLabels"))
        }
        return changes
    }

    /// `patchesStrategicMerge`: each is a patch itself, or names a file of patches.
    mutating func strategicPatches(
        _ fields: [Field], in folder: Folder
    ) async throws(KustomizeError) -> [PatchChange] {
        var changes: [PatchChange] = []
        for field in fields {
            let text = try field.text()
            var (bytes, name) = (Array(text.utf8), field.source.file)
            let isInline =
                text.utf8.contains(UInt8(ascii: "\n")) || text.string.contains(": ")
                || text.utf8.first == UInt8(ascii: "{")
            if !isInline { (bytes, name) = try await reading.file(field, from: folder) }
            let patches = try await ResourceReader.resources(bytes, file: name, budget: options.budget.file)
            guard !patches.isEmpty else { throw field.error("the patch is empty") }
            changes.append(
                PatchChange(
                    content: .strategic(patches), target: nil,
                    place: isInline ? field.place : Place(file: name)))
        }
        return changes
    }

    /// One of `patches`: strategic or JSON, as its text turns out to be. `nil` for an empty one.
    mutating func patch(
        _ patch: Declaration.Patch, in folder: Folder
    ) async throws(KustomizeError) -> PatchChange? {
        let target = try patch.target.map { (field) throws(KustomizeError) in try ResourceSelector(field) }
        let (bytes, name) = try await text(of: patch, in: folder)
        let content: PatchChange.Content
        if try Documents.beginsWithMap(bytes, file: name, budget: options.budget.file) {
            content = .strategic(try await ResourceReader.resources(bytes, file: name, budget: options.budget.file))
        } else {
            let documents = try Documents.all(bytes, file: name, budget: options.budget.file)
            guard let first = documents.first(where: { !$0.value.isEmptyObject }) else { return nil }
            content =
                first.value.arrayValue != nil
                ? .json(try JSONPatch(first))
                : .strategic(try await ResourceReader.resources(bytes, file: name, budget: options.budget.file))
        }
        return PatchChange(
            content: content, target: target, allowsNameChange: patch.allowsNameChange,
            allowsKindChange: patch.allowsKindChange, place: patch.place)
    }

    /// One of `patchesJson6902`.
    mutating func jsonPatch(
        _ patch: Declaration.Patch, in folder: Folder
    ) async throws(KustomizeError) -> PatchChange? {
        guard let field = patch.target else {
            throw KustomizeError(patch.place, "a JSON patch needs a target")
        }
        let target = try ResourceSelector(field)
        guard !target.identity.name.isEmpty else { throw field.error("the target of a JSON patch needs a name") }
        let (bytes, name) = try await text(of: patch, in: folder)
        guard let document = try Documents.first(bytes, file: name, budget: options.budget.file) else { return nil }
        return PatchChange(
            content: .json(try JSONPatch(document)), target: target, remembersNames: false, place: patch.place)
    }

    private mutating func text(
        of patch: Declaration.Patch, in folder: Folder
    ) async throws(KustomizeError) -> (bytes: [UInt8], name: Text) {
        if let path = patch.path { return try await reading.file(path, from: folder) }
        guard let field = patch.text else { throw KustomizeError(patch.place, "the patch has no text") }
        return (Array(try field.text().utf8), field.source.file)
    }

    mutating func replacements(
        _ fields: [Field], in folder: Folder
    ) async throws(KustomizeError) -> [Replacement] {
        var replacements: [Replacement] = []
        for field in fields {
            guard let path = field.value["path"] else {
                replacements.append(try Replacement(field))
                continue
            }
            guard field.value["source"] == nil, field.value["targets"] == nil else {
                throw field.error("a replacement has a path or a source and targets, not both")
            }
            let named = Field(path, path: field.path.appending("path"), source: field.source)
            let (bytes, name) = try await reading.file(named, from: folder)
            guard let document = try Documents.first(bytes, file: name, budget: options.budget.file) else { continue }
            if document.value.arrayValue == nil {
                replacements.append(try Replacement(document))
            } else {
                for item in try document.items() { replacements.append(try Replacement(item)) }
            }
        }
        return replacements
    }
}
