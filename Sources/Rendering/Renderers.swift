// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Manifest
package import Model

/// Finds out what lies at a path, and lets the renderer of that kind make objects of it.
package struct Renderers: Sendable {
    private let renderers: [RenderKind: any Renderer]

    package init(_ renderers: [RenderKind: any Renderer] = [:]) {
        self.renderers = renderers.merging([.plain: PlainRenderer()]) { given, _ in given }
    }

    /// What a render depends on beside the tree: two requests with one recipe render a tree to the same.
    package func recipe(for request: RenderInput) -> Digest {
        let versions = RenderKind.allCases.compactMap { kind in
            renderers[kind].map { Value.string("\(Text(kind.rawValue)) \($0.version)") }
        }
        return
            ([
                Self.version, .array(versions), request.spec.summary,
                request.namespace.map(Value.string) ?? .null, request.capabilities?.summary ?? .null,
            ] as Value).digest()
    }

    /// Of what happens to manifests whatever renders them.
    private static let version: Value = 5

    @concurrent
    package func render(
        _ request: RenderInput, in tree: any TreeReader, beside remotes: RemoteTrees = .none
    ) async throws(RenderError) -> RenderOutput {
        let tracing = TracingTreeReader(tree)
        let elsewhere = TracingRemotes(remotes)
        let kind: RenderKind
        do throws(TreeError) { kind = try await Self.kind(of: request.spec, in: tracing) } catch { throw .tree(error) }
        try Self.check(request.spec, rendersAs: kind)
        guard let renderer = renderers[kind] else { throw .unsupported(kind, path: request.spec.path) }
        var collector = ObjectCollector(tree: tracing)
        for manifest in try await renderer.render(request, in: tracing, beside: elsewhere.bases) {
            try await collector.add(manifest)
        }
        var objects = try collector.objects.placed(in: request.namespace)
        var trace = tracing.trace
        trace.remotes = elsewhere.trace
        try await EncryptedInputs.note(in: &objects, read: trace, of: tree, beside: elsewhere.trees)
        for mapping in collector.mappings { try mapping.note(in: &objects, namespace: request.namespace) }
        return RenderOutput(
            kind: kind, objects: objects, digest: objects.renderDigest, trace: trace, bases: elsewhere.commits,
            notes: collector.notes,
            isTainted: collector.isTainted || objects.contains { $0.manifest.holdsSecret },
            isOfChart: kind == .helm || collector.isOfChart)
    }

    /// What the spec says, or else what lies at its path.
    package static func kind(of spec: RenderSpec, in tree: any TreeReader) async throws(TreeError) -> RenderKind {
        if let kind = spec.kind { return kind }
        if spec.helm.chart != nil { return .helm }
        guard let kind = try await tree.kind(at: spec.path) ?? (spec.path.isRoot ? .folder : nil) else {
            throw .notFound(spec.path)
        }
        if case .file = kind { return .plain }
        for name in kustomizationNames {
            if let file = spec.path.appending(name.utf8), try await tree.kind(at: file) != nil { return .kustomize }
        }
        if let file = spec.path.appending("Chart.yaml".utf8), try await tree.kind(at: file) != nil { return .helm }
        // What is to be changed as Kustomize does it is taken as a kustomization that lists its files.
        return spec.kustomize.isEmpty ? .plain : .kustomize
    }

    /// The names of Kustomize's own file, in its order.
    package static let kustomizationNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

    /// Settings for another kind would be passed over silently.
    private static func check(_ spec: RenderSpec, rendersAs kind: RenderKind) throws(RenderError) {
        let given: [(RenderKind, isGiven: Bool, what: String, where: String)] = [
            (.kustomize, !spec.kustomize.isEmpty, "kustomize", "another kind of source lies"),
            (.helm, !spec.helm.isEmpty, "helm", "no Chart.yaml lies"),
        ]
        for (meant, isGiven, what, lack) in given where isGiven && kind != meant {
            throw .reading(
                ReadingError(
                    reason:
                        "the application has settings for \(what), and \(spec.path.place) renders as \(kind.rawValue)",
                    advice: spec.kind == nil
                        ? "\(lack) there; is the path right?" : "\"as\" says so; remove one of both"))
        }
    }
}

extension TreePath {
    /// For people: the root has no name of its own.
    var place: String { isRoot ? "the root of the source" : description }
}
