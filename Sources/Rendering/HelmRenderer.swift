// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Helm
package import Manifest
package import Model

/// Renders charts with the user's own Helm, in its jail.
package struct HelmRenderer: Renderer {
    private let helm: any ChartTemplates
    private let identity: @Sendable () -> Text

    package var version: Text { "helm \(identity())/1" }

    /// - Parameter identity: tells one Helm from another, which decides what charts render to. Asked before each render.
    package init(_ helm: any ChartTemplates, identity: @escaping @Sendable () -> Text) {
        self.helm = helm
        self.identity = identity
    }

    package func render(_ input: RenderInput, in tree: any TreeReader) async throws(RenderError) -> [RenderedManifest] {
        let settings = input.spec.helm
        let request = HelmRequest(
            chart: try chart(of: input.spec), values: settings.values.map { HelmRequest.Values($0, of: input.spec) },
            release: settings.release ?? input.spec.application, namespace: input.namespace ?? "default",
            capabilities: capabilities(of: input), freeze: settings.freeze == true ? input.unit : nil,
            repositories: input.spec.charts)
        do throws(HelmError) {
            let output = try await helm.render(request, from: tree)
            let isWhole = settings.crds ?? true
            return output.objects.withoutRepeatedDefinitions.filter { isWhole || !$0.isOfDefinitions }.map { object in
                var manifest = RenderedManifest(
                    value: object.manifest, origin: object.template, folder: input.spec.path,
                    isTainted: output.isTainted, isOfChart: true)
                manifest.fingerprint = object.fingerprint
                return manifest
            }
        } catch {
            switch error {
            case .tree(let error): throw .tree(error)
            case .reading(let error): throw .reading(error)
            default: throw .failed(Text(error.description))
            }
        }
    }

    private func chart(of spec: RenderSpec) throws(RenderError) -> HelmRequest.Chart {
        let settings = spec.helm
        guard let name = settings.chart else {
            guard settings.repository == nil, settings.version == nil, settings.digest == nil else {
                throw .failed(
                    "repository, version and digest are about a chart of a repository, and none is named",
                    advice: "say helm: {chart: NAME}, or remove them")
            }
            return .source(spec.path)
        }
        guard let repository = settings.repository, let version = settings.version else {
            throw .failed(
                "the chart \(name) needs a repository and a version",
                advice: "say helm: {repository: https://…, version: 1.2.3}")
        }
        return .published(
            ChartReference(repository: repository, name: name, version: version, digest: settings.digest))
    }

    private func capabilities(of input: RenderInput) -> HelmCapabilities {
        let known = HelmCapabilities(input.capabilities)
        let settings = input.spec.helm
        return HelmCapabilities(
            kubernetes: settings.kubeVersion ?? known.kubernetes,
            apiVersions: settings.apiVersions.isEmpty ? known.apiVersions : settings.apiVersions)
    }
}

extension HelmCapabilities {
    /// What is on record of a cluster, or else what is recent.
    init(_ known: Capabilities?) {
        let recent = HelmCapabilities.recent
        self.init(kubernetes: known?.kubeVersion ?? recent.kubernetes, apiVersions: known?.apiVersions ?? [])
    }
}

extension HelmRequest.Values {
    fileprivate init(_ layer: HelmSettings.Values, of spec: RenderSpec) {
        switch layer {
        case .file(let path): self = .file(path)
        case .inline(let values): self = .inline(values, origin: "application \(spec.application)")
        }
    }
}
