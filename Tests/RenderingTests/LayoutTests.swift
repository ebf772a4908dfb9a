// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Foundation
import Manifest
import Model
import Rendering
import TestSupport
import Testing

/// Repositories as users of Argo CD and Flux have them: the layouts of their example repositories, with content of our
/// own. What `kubectl kustomize` makes of a folder was recorded beside them.
@Suite struct LayoutTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Layouts")

    private func tree(_ name: String) throws -> MemoryTree {
        var files: [String: String] = [:]
        let root = Self.folder.appending(path: name)
        for path in try FileManager.default.subpathsOfDirectory(atPath: root.path) {
            files[path] = try? String(contentsOf: root.appending(path: path), encoding: .utf8)
        }
        return MemoryTree(files: files)
    }

    private func render(
        _ layout: String, _ path: String, _ settings: RenderSettings = RenderSettings()
    ) async throws -> RenderOutput {
        var spec = RenderSpec(path: try #require(TreePath(Text(path))), application: "visitors")
        spec.apply(settings)
        let renderers = Renderers([.kustomize: KustomizeRenderer()])
        return try await renderers.render(RenderInput(spec: spec), in: try tree(layout))
    }

    @Test(arguments: [
        ("argo", "kustomize-guestbook"), ("flux", "apps/staging"), ("flux", "apps/production"),
        ("flux", "infrastructure/controllers"), ("flux", "infrastructure/configs"),
    ])
    func `what kubectl makes of a kustomization, we make as well`(layout: String, path: String) async throws {
        let output = try await render(layout, path)
        #expect(output.kind == .kustomize)
        let name = "expected/\(layout)-\(path.replacing("/", with: "-")).yaml"
        let recorded = try Data(contentsOf: Self.folder.appending(path: name))
        let expected = try YAML.read(Array(recorded), file: Text(name)).map(\.value)
        #expect(output.objects.map(\.manifest) == expected)
    }

    @Test func `plain folders, hooks and waves of Argo CD's examples`() async throws {
        let guestbook = try await render("argo", "guestbook")
        #expect(guestbook.kind == .plain)
        #expect(guestbook.objects.map { "\($0.id)" } == ["Deployment/visitors-ui", "Service/visitors-ui"])
        let waves = try await render("argo", "sync-waves")
        #expect(waves.objects.map(\.wave) == [-1, 0, 2])
        #expect(waves.objects[0].hook == Hook(phases: [.beforeSync], weight: -1, deletedAfter: [.succeeded]))
        #expect(waves.objects[0].id.name.string.hasPrefix("schema-"))
        let jobs = try await render("argo", "pre-post-sync")
        #expect(jobs.objects.compactMap(\.hook?.phases) == [[.beforeSync], [.afterSync]])
    }

    @Test func `what is meant for Flux is passed on, and told once`() async throws {
        let output = try await render("flux", "apps/staging")
        #expect(output.objects.contains { $0.id.kind == "HelmRelease" })
        #expect(output.notes.count == 2)
        #expect(
            output.notes.contains { $0.string.contains("HelmRelease/podinfo is applied as it is, for Flux to act on") })
        #expect(output.notes.contains { $0.string.contains("spec.charts") })
        let cluster = try await render("flux", "clusters/staging")
        #expect(cluster.notes.map(\.string).first?.contains("an Application whose source has that path") == true)
    }

    @Test func `an application changes what Kustomize builds without touching the source`() async throws {
        var settings = KustomizeSettings()
        settings.replicas = ["visitors-ui": 4]
        let overlaid = try await render(
            "argo", "kustomize-guestbook", RenderSettings(kustomize: settings))
        #expect(overlaid.objects.first { $0.id.kind == "Deployment" }?.manifest["spec"]?["replicas"] == 4)
        // A plain folder is taken as a kustomization that lists its files.
        let plain = try await render("argo", "guestbook", RenderSettings(kustomize: settings))
        #expect(plain.kind == .kustomize)
        #expect(plain.objects.first { $0.id.kind == "Deployment" }?.manifest["spec"]?["replicas"] == 4)
    }

    @Test func `a base is read through its overlay, and nothing else`() async throws {
        let output = try await render("flux", "apps/staging")
        let read = Set(output.trace.findings.keys.map(\.description))
        #expect(read.contains("apps/base/podinfo/release.yaml"))
        #expect(!read.contains { $0.hasPrefix("apps/production") || $0.hasPrefix("clusters") })
        #expect(output.trace.listings.isEmpty)
    }
}
