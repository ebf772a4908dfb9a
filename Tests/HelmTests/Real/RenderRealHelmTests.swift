// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Helm
import Manifest
import Model
import TestSupport
import Testing

/// What `helm template` renders, we render, from a tree in memory.
@Suite struct RenderRealHelmTests {
    @Test(arguments: HelmLab.Version.allCases)
    func `a plain chart gives its objects with the templates they came from`(version: HelmLab.Version) async throws {
        try await HelmLab.with(version) { helm in
            let output = try await helm.render(chart(["templates/map.yaml": configMap("a: {{ .Release.Namespace }}")]))
            let object = try #require(output.objects.first)
            #expect(output.objects.count == 1)
            #expect(object.id.description == "ConfigMap/web")
            #expect(object.manifest["data"]?["a"] == "shop")
            #expect(object.template == "demo/templates/map.yaml")
            #expect(!output.isTainted)
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `later values win, maps are merged and null removes a default`(version: HelmLab.Version) async throws {
        var files = chart([
            "values.yaml": "a: chart\nb: chart\nmap: {x: chart, z: chart}\ngone: here\n",
            "templates/map.yaml": configMap("all: {{ .Values | toJson | quote }}"),
        ])
        files["first.yaml"] = "a: first\nb: first\nmap: {x: first}\n"
        try await HelmLab.with(version) { helm in
            let output = try await helm.render(
                files,
                values: [
                    .file(path("first.yaml")),
                    .inline(["b": "second", "gone": .null, "n": 12_345_678_901], origin: "the application"),
                ])
            let text = try #require(output.objects.first?.manifest["data"]?["all"]?.stringValue)
            let all = try JSON.read(Array(text.utf8))
            #expect(
                all == ["a": "first", "b": "second", "map": ["x": "first", "z": "chart"], "n": 12_345_678_901] as Value)
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `charts in folders, in archives and beside the chart are part of it`(version: HelmLab.Version) async throws {
        var tree = MemoryTree(
            files: chart(
                [
                    "charts/inner/Chart.yaml": "apiVersion: v2\nname: inner\nversion: 1.0.0\n",
                    "charts/inner/templates/map.yaml": configMap("a: b", name: "inner"),
                ],
                metadata: """
                    dependencies:
                      - {name: inner, version: 1.0.0}
                      - {name: packed, version: 1.x}
                      - {name: beside, version: 1.0.0, repository: "file://../beside"}

                    """))
        tree.add("beside/Chart.yaml", "apiVersion: v2\nname: beside\nversion: 1.0.0\n")
        tree.add("beside/templates/map.yaml", configMap("a: b", name: "beside"))
        let packed = TarFile.gzipped([
            ("packed/Chart.yaml", "apiVersion: v2\nname: packed\nversion: 1.2.0\n"),
            ("packed/templates/map.yaml", configMap("a: b", name: "packed")),
        ])
        tree.nodes[path("chart/charts/packed-1.2.0.tgz")] = .file(packed, executable: false)
        try await HelmLab.with(version) { helm in
            let output = try await helm.render(
                HelmRequest(chart: .source(path("chart")), release: "web", namespace: "shop"), from: tree)
            #expect(Set(output.objects.map(\.id.name)) == ["inner", "packed", "beside"])
            #expect(output.objects.contains { $0.template == "demo/charts/packed/templates/map.yaml" })
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `definitions of custom resources and hooks pass through`(version: HelmLab.Version) async throws {
        let definition = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: things.example.org}
            ---
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: others.example.org}

            """
        let hook = """
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: migrate
              annotations: {helm.sh/hook: pre-upgrade, helm.sh/hook-weight: "-5"}

            """
        try await HelmLab.with(version) { helm in
            let output = try await helm.render(chart(["crds/all.yaml": definition, "templates/job.yaml": hook]))
            #expect(output.objects.map(\.id.name) == ["things.example.org", "others.example.org", "migrate"])
            #expect(output.objects[1].template == "crds/all.yaml" || output.objects[1].template == "demo/crds/all.yaml")
            #expect(output.objects[2].manifest["metadata"]?["annotations"]?["helm.sh/hook-weight"] == "-5")
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `capabilities are those of the request`(version: HelmLab.Version) async throws {
        let template = configMap(
            #"v: {{ .Capabilities.KubeVersion }}, {{ .Capabilities.APIVersions.Has "example.org/v1/Thing" }}"#)
        try await HelmLab.with(version) { helm in
            let request = HelmRequest(
                chart: .source(path("chart")), release: "web", namespace: "shop",
                capabilities: HelmCapabilities(kubernetes: "1.29.3", apiVersions: ["example.org/v1/Thing"]))
            let output = try await helm.render(
                request, from: MemoryTree(files: chart(["templates/map.yaml": template])))
            #expect(output.objects.first?.manifest["data"]?["v"] == "v1.29.3, true")
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `output that is no YAML or no object names the template`(version: HelmLab.Version) async throws {
        for (content, expected) in [
            ("a: [1\n", "demo/templates/bad.yaml"), ("- a\n- b\n", "demo/templates/bad.yaml"),
            ("apiVersion: v1\nkind: A\nkind: B\n", "demo/templates/bad.yaml"),
            ("just words\n", "demo/templates/bad.yaml"),
        ] {
            try await HelmLab.with(version) { helm in
                let error = await #expect(throws: HelmError.self) {
                    try await helm.render(chart(["templates/bad.yaml": content]))
                }
                #expect("\(error.map(String.init(describing:)) ?? "")".contains(expected), "\(content)")
            }
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `a template that fails says where`(version: HelmLab.Version) async throws {
        try await HelmLab.with(version) { helm in
            let error = await #expect(throws: HelmError.self) {
                try await helm.render(
                    chart(["templates/map.yaml": configMap(#"a: {{ required "give a" .Values.a }}"#)]))
            }
            let words = "\(error.map(String.init(describing:)) ?? "")"
            #expect(words.contains("demo/templates/map.yaml:6"))
            #expect(words.contains("give a"))
            #expect(!words.contains("--debug"))
        }
    }
}
