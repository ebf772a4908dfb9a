// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// A kustomization that was read, and the name of its file.
struct Loaded {
    var declaration: Declaration
    /// Without its folder.
    var file: Text
}

extension Build {
    /// Reads the kustomization of a folder.
    mutating func declaration(in folder: Folder) async throws(KustomizeError) -> Loaded {
        var found: [(name: String, bytes: [UInt8])] = []
        for name in Kustomization.fileNames {
            guard let path = folder.path.appending(name.utf8) else { continue }
            do throws(TreeError) {
                found.append((name, try await reading.read(path, from: folder)))
            } catch {
                switch error {
                case .notFound, .notAFile: continue
                default:
                    throw KustomizeError(Place(file: folder.name(of: path)), error.description, code: .unreadable)
                }
            }
        }
        guard let file = found.first else {
            throw KustomizeError(
                Place(file: folder.name(of: folder.path)), "the folder has no kustomization",
                advice: "it needs one of \(Kustomization.fileNames.joined(separator: ", "))", code: .missing)
        }
        let name = folder.name(of: folder.path.appending(file.name.utf8) ?? folder.path)
        guard found.count == 1 else {
            throw KustomizeError(
                Place(file: name), "the folder has more than one: \(found.map(\.name).joined(separator: ", "))",
                advice: "keep one of them")
        }
        guard let root = try Documents.first(file.bytes, file: name, budget: options.budget.file),
            root.value.objectValue?.isEmpty != true
        else { throw KustomizeError(Place(file: name), "the kustomization is empty", advice: "list resources") }
        return Loaded(declaration: try Declaration(root), file: Text(file.name))
    }

    /// Adds to a layer what a kustomization reads and makes, and changes all that is in it then.
    mutating func accumulate(
        _ loaded: Loaded, in folder: Folder, into layer: inout Layer
    ) async throws(KustomizeError) {
        let declaration = loaded.declaration
        open.append((folder.prefix, folder.path))
        defer { open.removeLast() }
        guard open.count <= options.budget.depth else {
            throw KustomizeError(
                declaration.place, "kustomizations nested deeper than \(options.budget.depth)", code: .tooMuch)
        }
        try await addResources(declaration.resources, in: folder, to: &layer)
        layer.config = try layer.config.merging(
            try await configuration(declaration, in: folder), at: declaration.place)
        try await generate(loaded, in: folder, into: &layer)
        for component in declaration.components {
            try await addComponent(component, in: folder, to: &layer)
        }
        for step in try await transformations(of: loaded, in: folder, config: layer.config) {
            try take(layer.set.items.count, at: declaration.place)
            var isDone = false
            if case .patch(let change) = step.transformation {
                isDone = try await change.applySideBySide(to: &layer.set, &context)
            }
            if !isDone { try step.transformation.apply(to: &layer.set, &context) }
            if let origin = step.origin { try layer.set.note(origin) }
        }
        try await validate(loaded, in: folder, layer.set)
        try take(
            declaration.variables.count * (layer.set.items.count + layer.variables.count), at: declaration.place)
        try layer.declare(declaration.variables)
    }

    /// Reads what `resources` lists: files of objects, and folders with kustomizations.
    mutating func addResources(
        _ fields: [Field], in folder: Folder, to layer: inout Layer
    ) async throws(KustomizeError) {
        for field in fields {
            let text = try field.text()
            if RemoteAddress.isCertain(text) {
                try await addBase(try await remote(field), named: field, to: &layer)
                continue
            }
            do throws(KustomizeError) {
                switch try await reading.find(text, named: field, from: folder) {
                case .file(let bytes, let path):
                    let resources = try await ResourceReader.resources(
                        bytes, file: folder.name(of: path), budget: options.budget.file)
                    for resource in resources {
                        var resource = resource
                        if metadata.isNeeded { resource.origin = Origin(path: Origin.join(folder.origin, text)) }
                        try layer.set.append(resource)
                    }
                case .folder(let path):
                    let base = Folder(
                        tree: folder.tree, path: path, prefix: folder.prefix, origin: Origin.join(folder.origin, text))
                    try await addBase(base, named: field, to: &layer)
                }
            } catch  where error.code == .missing && RemoteAddress.isLikely(text) {
                try await addBase(try await remote(field), named: field, to: &layer)
            }
        }
    }

    /// The folder in another repository that a field names by its address.
    private func remote(_ field: Field) async throws(KustomizeError) -> Folder {
        let text = try field.text()
        switch await options.remoteBases.resolve(text) {
        case .failure(let refusal): throw field.error(refusal.reason, advice: refusal.advice, code: .refused)
        case .success(let found): return Folder(tree: found.tree, path: found.folder, prefix: "\(text): ", origin: text)
        }
    }

    private mutating func addBase(
        _ folder: Folder, named field: Field, to layer: inout Layer
    ) async throws(KustomizeError) {
        var base = Layer(limit: options.budget.objects)
        try await build(folder, named: field, as: .kustomization, into: &base)
        try layer.merge(base, at: field.place)
    }

    private mutating func addComponent(
        _ field: Field, in folder: Folder, to layer: inout Layer
    ) async throws(KustomizeError) {
        let text = try field.text()
        if RemoteAddress.isCertain(text) {
            return try await build(try await remote(field), named: field, as: .component, into: &layer)
        }
        guard case .folder(let path) = try await reading.find(text, named: field, from: folder) else {
            throw field.error(
                "\(text.quoted) is a file, and a component is a folder", advice: "list files under resources")
        }
        let component = Folder(
            tree: folder.tree, path: path, prefix: folder.prefix, origin: Origin.join(folder.origin, text))
        try await build(component, named: field, as: .component, into: &layer)
    }

    /// Adds what a folder that another kustomization names comes to.
    private mutating func build(
        _ folder: Folder, named field: Field, as kind: Declaration.Kind, into layer: inout Layer
    ) async throws(KustomizeError) {
        if let outer = open.first(where: { $0.prefix == folder.prefix && $0.path.isWithin(folder.path) }) {
            throw field.error(
                outer.path == folder.path
                    ? "a cycle: \(folder.name(of: folder.path)) is being built already"
                    : "\(folder.name(of: folder.path)) holds the folder that names it",
                advice: "a base must not name, nor hold, what is built upon it")
        }
        do throws(KustomizeError) {
            let loaded = try await declaration(in: folder)
            guard loaded.declaration.kind == kind else {
                throw field.error(
                    kind == .component
                        ? "\(folder.name(of: folder.path)) is a Kustomization, not a Component"
                        : "\(folder.name(of: folder.path)) is a Component",
                    advice: kind == .component ? "list it under resources" : "list it under components")
            }
            try await chooseSchema(loaded.declaration, in: folder)
            try await accumulate(loaded, in: folder, into: &layer)
        } catch {
            var error = error
            if error.file != field.source.file, error.trail.count < 8 {
                let place = field.place
                error.trail.append("\(place.file)\(place.position.map { ":\($0.line)" } ?? "")")
            }
            throw error
        }
    }

    /// `openapi`: a schema in place of the built-in one. The root's holds for the whole build, otherwise the first.
    mutating func chooseSchema(_ declaration: Declaration, in folder: Folder) async throws(KustomizeError) {
        guard let fields = declaration.openAPI else { return }
        let version = try fields.text("version")
        guard let path = fields["path"] else {
            guard version.isEmpty || version == "v1.21.2" else {
                throw (fields["version"] ?? fields.all).error(
                    "there is no built-in schema \(version.quoted)", advice: "v1.21.2 is the one")
            }
            if !version.isEmpty { hasSchema = true }
            return
        }
        guard version.isEmpty else {
            throw fields.all.error("openapi has both path and version", advice: "keep one of them")
        }
        let (bytes, name) = try await reading.file(path, from: folder)
        if hasSchema { return }
        guard let document = try Documents.first(bytes, file: name, budget: options.budget.file) else {
            throw path.error("\(name) is empty")
        }
        context.schemas = .custom(try OpenAPISchema(document))
        hasSchema = true
    }
}

extension ResourceSet {
    /// Notes at every object that a transformer has run.
    mutating func note(_ origin: Origin) throws(KustomizeError) {
        try changeContents { (resource) throws(KustomizeError) in
            if resource.origin == nil { resource.origin = origin } else { resource.transformations.append(origin) }
        }
    }
}
