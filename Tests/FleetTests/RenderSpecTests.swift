// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// What an application says of rendering, put together for each target.
@Suite struct RenderSpecTests {
    /// Decoded alone: whether this version renders it is another question.
    private func application(_ spec: String) throws -> Application {
        let text = "kind: Application\nmetadata: {name: web}\nspec:\n" + spec
        let document = try #require(
            try YAML.read(Array(text.utf8), file: "projects/shop/web.yaml", keys: .asWritten).first)
        return try Application.shape.decode(document.value, in: Places(document))
    }

    private func target(_ labels: String) throws -> Target {
        let text = "kind: Target\nmetadata: {name: t, labels: \(labels)}\nspec: {host: {root: a}}"
        return try Target.shape.decode(try #require(try YAML.read(Array(text.utf8), file: "t.yaml").first).value)
    }

    private let spec = """
          source:
            name: shop
            branch: main
            path: web/base
            exclude: ["*.md"]
            kustomize:
              replicas: {web: 1, db: 1}
              images: {web: v1, db: {newName: registry/db, digest: "sha256:1"}}
            helm: {values: {a: 1, b: 2}, valueFiles: [values/all.yaml]}
          overrides:
            - {on: {env: [staging, prod]}, path: web/live, kustomize: {replicas: {web: 2}}}
            - on: {env: prod}
              kustomize:
                replicas: {web: 4}
                patches: [{target: {kind: Deployment}, patch: [{op: remove, path: /spec/x}]}]
              helm: {values: {b: 3}, valueFiles: [values/prod.yaml], freeze: true}
            - {on: {env: dev}, include: ["**/*.yaml"], exclude: [], as: plain}
        """

    private func rendered(_ labels: String) throws -> RenderSpec {
        try #require(try application(spec).renderLayers(on: try target(labels)).last).spec
    }

    @Test func `overrides apply in order, and later ones win`() throws {
        let prod = try rendered("{env: prod}")
        #expect(prod.path.description == "web/live")
        #expect(prod.kustomize.replicas == ["web": 4, "db": 1])
        #expect(prod.kustomize.overlay["replicas"]?.arrayValue?.last == ["name": "web", "count": 4])
        #expect(prod.kustomize.patches.first?["patch"]?.stringValue?.string.contains("op: remove") == true)
        #expect(prod.helm.freeze == true)
        let files = try ["values/all.yaml", "values/prod.yaml"].map { try #require(TreePath(Text($0))) }
        #expect(
            prod.helm.values == [
                .file(files[0]), .inline(["a": 1, "b": 2]), .file(files[1]), .inline(["b": 3]),
            ])
        let staging = try rendered("{env: staging}")
        #expect(staging.kustomize.replicas == ["web": 2, "db": 1])
        #expect(staging.kustomize.patches.isEmpty)
        let dev = try rendered("{env: dev}")
        #expect(dev.path.description == "web/base")
        #expect(dev.kind == .plain)
        #expect(dev.files.include.map(\.text) == ["**/*.yaml"] && dev.files.exclude.isEmpty)
    }

    @Test func `images are written as a tag or in parts`() throws {
        let images = try rendered("{env: dev}").kustomize.overlay["images"]
        #expect(
            images == [
                ["name": "db", "newName": "registry/db", "digest": "sha256:1"], ["name": "web", "newTag": "v1"],
            ])
    }

    @Test func `every field has the line that set it, and those it was set over`() throws {
        let settings = try application(spec).renderSettings(on: try target("{env: prod}"))
        let path = try #require(settings.first { $0.field == ["path"] })
        #expect(path.value == "web/live" && path.place == "projects/shop/web.yaml:14")
        #expect(path.over == ["projects/shop/web.yaml:7"])
        let replicas = try #require(settings.first { $0.field == ["kustomize", "replicas", "web"] })
        #expect(replicas.value == 4 && replicas.place == "projects/shop/web.yaml:17")
        #expect(replicas.over == ["projects/shop/web.yaml:10", "projects/shop/web.yaml:14"])
        #expect(settings.filter { $0.field == ["helm", "valueFiles"] }.map(\.place.string).count == 2)
        #expect(!settings.contains { $0.field == ["branch"] || $0.field == ["on", "env"] })
    }

    @Test func `two specs that say the same have one summary, and what differs tells`() throws {
        let one = try rendered("{env: prod}")
        var other = one
        #expect(one.summary.digest() == other.summary.digest())
        other.apply(RenderSettings(include: [try #require(FilePattern("*.yaml"))]))
        #expect(one.summary.digest() != other.summary.digest())
    }

    @Test(arguments: [
        ("{path: a, include: [/x]}", "source.include[0]"), ("{path: a, as: jsonnet}", "source.as"),
        ("{path: a, exclude: [a/../b]}", "source.exclude[0]"), ("{kustomize: {replicas: {web: -1}}}", "replicas.web"),
        ("{kustomize: {images: {web: {}}}}", "images.web"), ("{helm: {valuesFiles: [a]}}", "valueFiles"),
        ("{helm: {valueFiles: [../a]}}", "valueFiles[0]"), ("{helm: {values: [1]}}", "helm.values"),
        ("{kustomize: {patches: [{target: {kind: X}}]}}", "patches[0]"),
        ("{helm: {digest: abc}}", "helm.digest"), ("{helm: {repository: \"oci://x/y\"}}", "helm.repository"),
        ("{helm: {repository: \"https://user:word@x/y\"}}", "helm.repository"),
    ])
    func `what nobody understands is refused by its name`(source: String, part: String) {
        #expect {
            try application("  source: \(source)\n")
        } throws: { "\($0)".contains(part) }
    }

    @Test func `a digest belongs to the chart that it stands beside`() throws {
        let (one, two) = (String(repeating: "a1", count: 32), String(repeating: "b2", count: 32))
        let spec = """
              source:
                path: web
                helm: {chart: web, repository: "https://charts.example.org", version: 1.0.0, digest: "sha256:\(one)"}
              overrides:
                - {on: {env: dev}, helm: {values: {a: 1}}}
                - {on: {env: staging}, helm: {version: 1.1.0}}
                - {on: {env: prod}, helm: {version: 1.2.0, digest: \(two)}}
            """
        func digest(_ env: String) throws -> Digest? {
            try application(spec).renderLayers(on: try target("{env: \(env)}")).last?.spec.helm.digest
        }
        #expect(try digest("dev") == Digest(hex: one))
        #expect(try digest("staging") == nil)
        #expect(try digest("prod") == Digest(hex: two))
    }
}
