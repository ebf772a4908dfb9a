// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GitSource
import Helm
import Manifest
import SystemPackage
import TestSupport
import Testing

/// The layouts that users of Argo CD and Flux know, rebuilt: what `kubectl kustomize` and `helm template` make of them, run
/// here and now, we make as well.
@Suite struct LayoutRealHelmTests {
    private static let layouts = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "RenderingTests/Layouts")

    /// The one of 1.33, whose kustomize is the one that we follow, where there are several.
    private static let kubectl: String? = {
        let named = ProcessInfo.processInfo.environment["KUBECTL"].map { [$0] } ?? []
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let found = folders.map { $0 + "/kubectl" }.filter { FileManager.default.isExecutableFile(atPath: $0) }
        let newer = found.map {
            URL(fileURLWithPath: $0).resolvingSymlinksInPath().deletingLastPathComponent()
                .appending(path: "kubectl.1.33").path
        }
        return (named + newer + found).first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    private func run(_ program: String, _ arguments: String..., input: String = "") throws -> String {
        let result = try TestProcess.run(
            program, arguments, environment: ["HOME": "/nonexistent", "PATH": "/usr/bin:/bin"],
            input: Array(input.utf8))
        try #require(result.status == 0, "\(result.text)")
        return result.text
    }

    @Test(
        .enabled(if: kubectl != nil, "there is no kubectl"),
        arguments: [
            "argo/kustomize-guestbook", "argo/sock-shop", "flux/apps/staging", "flux/apps/production",
            "flux/infrastructure/controllers", "flux/infrastructure/configs",
        ])
    func `what kubectl prints of a kustomization, render prints, byte for byte`(path: String) throws {
        let folder = Self.layouts.appending(path: path).path
        let theirs = try run(try #require(Self.kubectl), "kustomize", folder)
        #expect(try run(HelmLab.trimtab.string, "render", folder) == theirs)
    }

    @Test(.enabled(if: kubectl != nil, "there is no kubectl"), arguments: HelmLab.Version.allCases)
    func `a kustomization's charts come out as kubectl prints them`(version: HelmLab.Version) throws {
        let folder = Self.layouts.appending(path: "argo/kustomized-helm").path
        // kustomize v5.6.0 starts Helm 3 only.
        let theirs = try run(
            try #require(Self.kubectl), "kustomize", "--enable-helm", "--helm-command",
            HelmLab.Version.helm3.program.string, folder)
        let ours = try TestProcess.run(
            HelmLab.trimtab.string, ["render", folder],
            environment: ["HOME": "/nonexistent", "PATH": "/usr/bin:/bin", "TRIMTAB_HELM": version.program.string])
        #expect(ours.text == theirs)
    }

    private static let charts: [(chart: String, values: String?)] = [
        ("helm-guestbook", nil), ("helm-guestbook", "values-production.yaml"), ("helm-hooks", nil),
        ("blue-green", nil), ("apps", nil), ("helm-dependency", nil),
    ]

    @Test(arguments: HelmLab.Version.allCases, 0..<charts.count)
    func `what helm makes of a chart, we make as well`(version: HelmLab.Version, index: Int) async throws {
        let (chart, values) = Self.charts[index]
        let folder = Self.layouts.appending(path: "argo")
        let file = values.map { "--values=\(folder.path)/\(chart)/\($0)" }
        let theirs = try run(
            version.program.string, "template", "web", "\(folder.path)/\(chart)", "--namespace=shop", "--include-crds",
            "--kube-version=1.33.0", file ?? "--debug=false")
        let expected = try YAML.read(Array(theirs.utf8)).map(\.value).filter { $0 != .null }
        #expect(!expected.isEmpty)
        try await HelmLab.with(version) { helm in
            let output = try await helm.render(
                HelmRequest(
                    chart: .source(path(chart)), values: values.map { [.file(path("\(chart)/\($0)"))] } ?? [],
                    release: "web", namespace: "shop"),
                from: try FolderTree(FilePath(folder.path)))
            #expect(output.values == expected)
        }
    }

    /// The layout as a source, and a fleet beside it that says what goes where.
    private func check(
        _ layout: String, _ folders: [String], _ version: HelmLab.Version
    ) async throws -> TestProcess.Result {
        try await withScratchFolder { folder in
            try FileManager.default.copyItem(
                at: Self.layouts.appending(path: layout), to: folder.appending(path: "examples"))
            let namespaces = (folders + ["argocd", "socks", "podinfo", "ingress", "flux-system"]).joined(
                separator: ", ")
            var files = [
                "fleet.yaml":
                    "kind: Fleet\nmetadata: {name: acme}\nspec: {platform: platform/, projects: projects/}\n",
                "platform/all.yaml": """
                kind: Target
                metadata: {name: prod, labels: {env: prod}}
                spec: {kubernetes: {connection: prod}}
                ---
                kind: Source
                metadata: {name: examples}
                spec: {folder: ../examples}
                ---
                kind: Project
                metadata: {name: examples}
                spec:
                  sources: [examples]
                  limits:
                    - on: {env: prod}
                      kubernetes:
                        namespaces: [\(namespaces)]
                        clusterKinds: [Namespace, CustomResourceDefinition, ClusterIssuer]
                        identity: {serviceAccount: trimtab/examples}

                """,
            ]
            for name in folders {
                let path = name.replacing("-in-", with: "/")
                files["projects/examples/\(name).yaml"] = """
                    kind: Application
                    metadata: {name: \(name)}
                    spec: {source: {name: examples, path: \(path)}, targets: {env: prod}, namespace: \(name)}

                    """
            }
            for (name, content) in files {
                let file = folder.appending(path: "fleet/\(name)")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(content.utf8).write(to: file)
            }
            return try TestProcess.run(
                HelmLab.trimtab.string, ["validate", folder.path + "/fleet", "--render"],
                environment: [
                    "PATH": "/usr/bin:/bin", "HOME": folder.path, "TRIMTAB_HELM": version.program.string,
                ])
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `Argo CD's examples render for a cluster as they lie there`(version: HelmLab.Version) async throws {
        let result = try await check(
            "argo",
            [
                "guestbook", "kustomize-guestbook", "helm-guestbook", "helm-hooks", "helm-dependency", "blue-green",
                "pre-post-sync", "sync-waves", "sock-shop", "apps", "kustomized-helm",
            ], version)
        #expect(result.status == 0, "\(result.text)")
        #expect(result.text.contains("is applied as it is, for Argo CD to act on"), "\(result.text)")
        #expect(result.text.contains("11 units"), "\(result.text)")
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `Flux's example renders, and what is meant for Flux is told`(version: HelmLab.Version) async throws {
        let result = try await check(
            "flux",
            ["apps-in-staging", "infrastructure-in-controllers", "infrastructure-in-configs", "clusters-in-staging"],
            version)
        #expect(result.status == 0, "\(result.text)")
        #expect(result.text.contains("HelmRelease/podinfo is applied as it is, for Flux to act on"), "\(result.text)")
    }
}
