// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Helm
package import Kustomize
package import Manifest
package import Model

/// Renders kustomizations, with what the application changes laid around them as one more overlay. A folder of plain
/// manifests that is to be changed so is taken as a kustomization that lists them all.
package struct KustomizeRenderer: Renderer {
    private let helm: (any ChartTemplates)?

    /// - Parameter helm: renders `helmCharts`; `nil` refuses them.
    package init(charts helm: (any ChartTemplates)? = nil) { self.helm = helm }

    package var version: Text { "kustomize v5.6.0/1" }

    package func render(_ input: RenderInput, in tree: any TreeReader) async throws(RenderError) -> [RenderedManifest] {
        try await render(input, in: tree, beside: .refused)
    }

    package func render(
        _ input: RenderInput, in tree: any TreeReader, beside bases: RemoteBases
    ) async throws(RenderError) -> [RenderedManifest] {
        let overlay = input.spec.kustomize.isEmpty ? nil : input.spec.kustomize.overlay
        var options = Kustomization.Options(overlay: overlay, remoteBases: bases)
        let charts = helm.map { helm in
            KustomizeCharts(
                helm, namespace: input.namespace ?? "default", capabilities: HelmCapabilities(input.capabilities),
                repositories: input.spec.charts)
        }
        if let charts { options.charts = charts.charts }
        let tree = try await Self.completed(tree, input.spec)
        let built: [BuiltObject]
        do throws(KustomizeError) {
            built = try await Kustomization.build(tree, at: input.spec.path, options: options)
        } catch {
            let reason = ([error.reason] + error.trail.map { "named by \($0)" }).joined(separator: "; ")
            throw .reading(
                ReadingError(file: error.file, position: error.position, reason: reason, advice: error.advice))
        }
        return built.map { object in
            RenderedManifest(
                value: object.manifest, origin: object.origin, folder: input.spec.path,
                isOfChart: charts?.areUsed ?? false)
        }
    }

    /// The tree with a kustomization where the folder has none.
    private static func completed(
        _ tree: any TreeReader, _ spec: RenderSpec
    ) async throws(RenderError) -> any TreeReader {
        do throws(TreeError) {
            for name in Renderers.kustomizationNames {
                if let file = spec.path.appending(name.utf8), try await tree.kind(at: file) != nil { return tree }
            }
            let files = try await PlainRenderer.files(spec, tree)
            let names = files.map { file in
                Value.string(Text(String(decoding: file.relative(to: spec.path).bytes, as: UTF8.self)))
            }
            guard let place = spec.path.appending("kustomization.yaml".utf8) else { return tree }
            let text = YAML.write(["resources": .array(names)])
            return AddedFile(tree: tree, path: place, content: text)
        } catch {
            throw .tree(error)
        }
    }
}

extension TreePath {
    /// What follows a folder that it lies in.
    fileprivate func relative(to folder: TreePath) -> TreePath {
        TreePath(components.dropFirst(folder.components.count).joined(separator: [UInt8(ascii: "/")])) ?? .root
    }
}
