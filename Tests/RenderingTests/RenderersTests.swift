// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import Rendering
import TestSupport
import Testing

@Suite struct RenderersTests {
    /// Gives one object that names the renderer.
    private struct Named: Renderer {
        var name: Text
        var version: Text = "1"
        var isTainted = false

        func render(_ input: RenderInput, in tree: any TreeReader) async throws(RenderError) -> [RenderedManifest] {
            let value: Value = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)]]
            return [RenderedManifest(value: value, origin: "x:1", folder: input.spec.path, isTainted: isTainted)]
        }
    }

    private func spec(_ path: Text, _ settings: RenderSettings = RenderSettings()) throws -> RenderSpec {
        var spec = RenderSpec(path: try #require(TreePath(path)), application: "web")
        spec.apply(settings)
        return spec
    }

    private let renderers = Renderers([.kustomize: Named(name: "kustomize"), .helm: Named(name: "helm")])
    private let tree = MemoryTree(files: [
        "k1/kustomization.yaml": "", "k2/kustomization.yml": "", "k3/Kustomization": "", "k1/Chart.yaml": "",
        "h/Chart.yaml": "name: x", "p/a.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: plain}}",
    ])

    private func name(_ spec: RenderSpec) async throws -> Text? {
        try await renderers.render(RenderInput(spec: spec), in: tree).objects.first?.id.name
    }

    @Test(
        arguments: [
            ("k1", "kustomize"), ("k2", "kustomize"), ("k3", "kustomize"), ("h", "helm"), ("p", "plain"),
            ("p/a.yaml", "plain"),
        ] as [(Text, Text)])
    func `what lies at a path tells how it is rendered`(path: Text, kind: Text) async throws {
        #expect(try await name(try spec(path)) == kind)
    }

    @Test func `what the application says comes before what lies there`() async throws {
        #expect(try await name(try spec("k1", RenderSettings(kind: .helm))) == "helm")
        var chart = HelmSettings()
        chart.chart = "web"
        #expect(try await name(try spec("nothing/here", RenderSettings(helm: chart))) == "helm")
    }

    @Test func `settings for another kind are refused, not passed over`() async throws {
        var chart = HelmSettings()
        chart.release = "web"
        await #expect(throws: RenderError.self) { try await name(try spec("p", RenderSettings(helm: chart))) }
        var changes = KustomizeSettings()
        changes.replicas = ["web": 2]
        await #expect(throws: RenderError.self) { try await name(try spec("h", RenderSettings(kustomize: changes))) }
        #expect(try await name(try spec("p", RenderSettings(kustomize: changes))) == "kustomize")
    }

    @Test func `a kind that nobody renders here is refused by name`() async throws {
        let chart = try spec("h")
        await #expect(throws: RenderError.unsupported(.helm, path: chart.path)) {
            try await Renderers().render(RenderInput(spec: chart), in: tree)
        }
    }

    @Test func `decrypted values taint the whole render`() async throws {
        let input = RenderInput(spec: try spec("h"))
        #expect(try await !renderers.render(input, in: tree).isTainted)
        let tainting = Renderers([.helm: Named(name: "helm", isTainted: true)])
        #expect(try await tainting.render(input, in: tree).isTainted)
    }

    @Test func `a recipe changes with everything that decides, and with nothing else`() throws {
        let input = RenderInput(spec: try spec("h"))
        let recipe = renderers.recipe(for: input)
        #expect(renderers.recipe(for: RenderInput(spec: try spec("h"), unit: "acme/web@prod")) == recipe)
        var others = [
            Renderers([.kustomize: Named(name: "kustomize"), .helm: Named(name: "helm", version: "2")])
                .recipe(for: input)
        ]
        others.append(renderers.recipe(for: RenderInput(spec: try spec("p"))))
        others.append(renderers.recipe(for: RenderInput(spec: try spec("h"), namespace: "shop")))
        others.append(
            renderers.recipe(for: RenderInput(spec: try spec("h"), capabilities: Capabilities(kubeVersion: "1.30"))))
        var chart = HelmSettings()
        chart.values = [.inline(["a": 1])]
        others.append(renderers.recipe(for: RenderInput(spec: try spec("h", RenderSettings(helm: chart)))))
        #expect(Set(others + [recipe]).count == others.count + 1)
    }
}
