// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Foundation
import GitSource
import Manifest
import Model
import Rendering
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Assembly

/// What a cluster can do is part of what a chart renders to, and of nothing else.
@Suite struct CapabilityRenderTests {
    /// Tells in a ConfigMap what it was asked to render with.
    private final class Teller: Renderer {
        let version: Text = "teller"
        let renders = Mutex(0)

        func render(_ input: RenderInput, in tree: any TreeReader) async throws(RenderError) -> [RenderedManifest] {
            renders.withLock { $0 += 1 }
            let version = input.capabilities?.kubeVersion ?? "unknown"
            return [
                RenderedManifest(
                    value: [
                        "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "told"],
                        "data": ["kubernetes": .string(version)],
                    ], origin: "told", folder: .root)
            ]
        }
    }

    private func unitSpec(_ unit: UnitID, _ path: String) throws -> UnitSpec {
        UnitSpec(
            unit: unit, project: name("shop"), source: nil, follow: nil,
            rendering: RenderSpec(path: try #require(TreePath(Text(path))), application: unit.application.text),
            place: .kubernetes(connection: "prod"),
            limits: .kubernetes(KubernetesLimits(namespaces: ["shop"], identity: .serviceAccount("shop/trimtab"))),
            namespace: "shop", driftRules: DriftRules(), policy: SyncPolicy(), dependsOn: [])
    }

    @Test func `charts are rendered again when their cluster is another, and nothing else is`() async throws {
        try await withScratchFolder { folder in
            for (file, content) in [
                ("chart/Chart.yaml", "name: chart\n"),
                ("plain/map.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: plain}}\n"),
            ] {
                let place = folder.appending(path: "source/\(file)")
                try FileManager.default.createDirectory(
                    at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(content.utf8).write(to: place)
            }
            let (chart, plain) = (unit("chart"), unit("plain"))
            let repository = Apart(
                wrappedValue: Repository(
                    place: "source", kind: .folder(try FolderTree(FilePath(folder.path + "/source")))))
            let version = Version(fleet: nil, source: nil)
            func content(_ renderer: Teller) async throws -> Content {
                let cache = try StateCache(path: folder.path + "/cache.db")
                let content = Content(
                    cache: cache, renderers: Renderers([.helm: renderer]), meters: Meters(clocks: .system))
                await content.install([
                    chart: .init(try unitSpec(chart, "chart"), from: repository, newest: version),
                    plain: .init(try unitSpec(plain, "plain"), from: repository, newest: version),
                ])
                return content
            }
            func told(_ content: Content) async throws -> Value? {
                _ = try await content.render(plain, at: version)
                return try await content.render(chart, at: version).objects.first?.manifest["data"]?["kubernetes"]
            }
            let teller = Teller()
            let first = try await content(teller)
            #expect(try await told(first) == "unknown")
            for kubernetes in ["v1.33.1", "v1.34.0"] as [Text] {
                let units = await first.note([chart.target: Capabilities(kubeVersion: kubernetes)])
                #expect(units.contains(chart))
                #expect(try await told(first) == .string(kubernetes))
                #expect(await first.note([chart.target: Capabilities(kubeVersion: kubernetes)]).isEmpty)
            }
            #expect(try await told(first) == "v1.34.0")
            #expect(teller.renders.withLock { $0 } == 3)
            // Another process, which knows the record, finds what was rendered.
            let second = Teller()
            let later = try await content(second)
            _ = await later.note([chart.target: Capabilities(kubeVersion: "v1.34.0")])
            #expect(try await told(later) == "v1.34.0")
            #expect(second.renders.withLock { $0 } == 0)
        }
    }
}
