// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GitSource
import Helm
import Manifest
import Model
import SystemPackage
import TestSupport
import Testing

/// Charts that want what they must not have.
@Suite struct HostileRealHelmTests {
    private func failure(
        _ version: HelmLab.Version, _ tree: any TreeReader, values: [HelmRequest.Values] = [],
        limits: JailLimits = JailLimits()
    ) async throws -> String {
        try await HelmLab.with(version, limits: limits) { helm in
            let request = HelmRequest(
                chart: .source(path("chart")), values: values, release: "web", namespace: "shop")
            let error = await #expect(throws: HelmError.self) { try await helm.render(request, from: tree) }
            return error.map(String.init(describing:)) ?? ""
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `a link that leaves the source is an error`(version: HelmLab.Version) async throws {
        for target in ["/etc/passwd", "../../../../etc/passwd"] {
            var tree = MemoryTree(
                files: chart(["templates/map.yaml": configMap(#"a: {{ .Files.Get "secret" | quote }}"#)]))
            tree.nodes[path("chart/secret")] = .link(target: Array(target.utf8))
            let words = try await failure(version, tree)
            #expect(words == "chart/secret: a symbolic link that leaves the source")
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `.Files reads the chart and nothing else`(version: HelmLab.Version) async throws {
        let template = configMap(
            #"a: "<{{ .Files.Get "/etc/passwd" }}{{ .Files.Get "../../../etc/passwd" }}{{ .Files.Get "own" }}>""#
        )
        try await HelmLab.with(version) { helm in
            let output = try await helm.render(chart(["templates/map.yaml": template, "own": "mine"]))
            #expect(output.objects.first?.manifest["data"]?["a"] == "<mine>")
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `lookup is refused where it is reached, and only there`(version: HelmLab.Version) async throws {
        let template = configMap(
            "a: b\n  {{- if .Values.ask }}\n  c: {{ (lookup \"v1\" \"Secret\" .Release.Namespace \"x\") | toJson }}\n  {{- end }}"
        )
        let tree = MemoryTree(files: chart(["templates/map.yaml": template]))
        let words = try await failure(version, tree, values: [.inline(["ask": true], origin: "values")])
        #expect(words.hasPrefix("demo/templates/map.yaml:8 calls lookup, and there is no cluster to ask"))
        try await HelmLab.with(version) { helm in
            let output = try await helm.render(chart(["templates/map.yaml": template]))
            #expect(output.objects.count == 1)
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `the network is not asked for an address`(version: HelmLab.Version) async throws {
        try await HelmLab.with(version) { helm in
            let output = try await helm.render(
                chart(["templates/map.yaml": configMap(#"a: "[{{ getHostByName "localhost" }}]""#)]))
            #expect(output.objects.first?.manifest["data"]?["a"] == "[]")
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `a template that never ends is ended`(version: HelmLab.Version) async throws {
        let template = configMap("a: {{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}b")
        let words = try await failure(
            version, MemoryTree(files: chart(["templates/map.yaml": template])),
            limits: JailLimits(time: .seconds(2), processorSeconds: 30))
        #expect(words == "Helm did not end within 2 seconds")
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `a template that fills memory is ended`(version: HelmLab.Version) async throws {
        let template = configMap(#"a: {{ repeat 400000000 "x" }}{{ repeat 400000000 "y" }}"#)
        let words = try await failure(version, MemoryTree(files: chart(["templates/map.yaml": template])))
        #expect(words.contains("of memory"), "\(words)")
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `a template that includes itself for ever is ended`(version: HelmLab.Version) async throws {
        let words = try await failure(
            version,
            MemoryTree(
                files: chart([
                    "templates/_h.tpl": #"{{ define "x" }}{{ include "x" . }}{{ end }}"#,
                    "templates/map.yaml": configMap(#"a: {{ include "x" . }}"#),
                ])))
        #expect(words.contains("nested") || words.contains("of memory") || words.contains("limit"), "\(words)")
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `values of 100 MB are refused`(version: HelmLab.Version) async throws {
        try await withScratchFolder { folder in
            for (name, content) in chart(["templates/map.yaml": configMap("a: b")]) {
                let file = folder.appendingPathComponent(name)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(content.utf8).write(to: file)
            }
            let large = folder.appendingPathComponent("values.yaml").path
            try Data("a: b\n".utf8).write(to: URL(fileURLWithPath: large))
            truncate(large, 100 << 20)
            let tree = try FolderTree(FilePath(folder.path))
            let words = try await failure(version, tree, values: [.file(path("values.yaml"))])
            #expect(words == "values.yaml: has 104857600 bytes, more than the limit of 8388608")
            // Also when they are the chart's own.
            rename(large, folder.appendingPathComponent("chart/values.yaml").path)
            #expect(try await failure(version, tree).hasPrefix("chart/values.yaml: has 104857600 bytes"))
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `names that look like options are refused`(version: HelmLab.Version) async throws {
        try await HelmLab.with(version) { helm in
            for (release, namespace) in [
                ("--post-renderer=/bin/sh", "shop"), ("web", "--debug"), ("", "shop"), ("a b", "x"),
            ] {
                await #expect(throws: HelmError.self, "\(release) \(namespace)") {
                    try await helm.render(
                        HelmRequest(chart: .source(path("chart")), release: Text(release), namespace: Text(namespace)),
                        from: MemoryTree(files: chart()))
                }
            }
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `what differs from render to render is named, and its values are not`(version: HelmLab.Version) async throws {
        let template = """
            apiVersion: v1
            kind: Secret
            metadata: {name: web}
            stringData:
              password: {{ randAlphaNum 16 }}
              fixed: same
              day: {{ now | date "2006-01-02" }}
              certificate: {{ (genCA "ca" 365).Cert | quote }}

            """
        let words = try await failure(version, MemoryTree(files: chart(["templates/secret.yaml": template])))
        for field in ["password", "day", "certificate"] {
            #expect(words.contains("Secret/web stringData.\(field) of demo/templates/secret.yaml"), "\(words)")
        }
        #expect(!words.contains("fixed"))
        #expect(!words.contains("BEGIN"))
        #expect(words.contains("freeze: true"))
    }
}
