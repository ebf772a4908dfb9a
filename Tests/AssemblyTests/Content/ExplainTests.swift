// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Fleet
import Foundation
import GitSource
import Manifest
import Model
import Rendering
import SystemPackage
import TestSupport
import Testing

@testable import Assembly

/// What an override changed is told to all who may see the unit, so that secrets are not part of it.
@Suite struct ExplainTests {
    private static let files = [
        "base/all.yaml": """
        {apiVersion: v1, kind: Secret, metadata: {name: database, labels: {tier: base}}, stringData: {password: canary-1}}
        ---
        {apiVersion: host.trimtab.dev/v1alpha1, kind: File, metadata: {name: key}, spec: {path: /srv/key, mode: "0600", content: canary-2}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: plain}, data: {a: old}}
        """,
        "prod/all.yaml": """
        {apiVersion: v1, kind: Secret, metadata: {name: database, labels: {tier: prod}}, stringData: {password: canary-3}}
        ---
        {apiVersion: host.trimtab.dev/v1alpha1, kind: File, metadata: {name: key}, spec: {path: /srv/key, mode: "0600", content: canary-4}}
        ---
        {apiVersion: v1, kind: Secret, metadata: {name: added}, data: {password: Y2FuYXJ5LTU=, canary: canary-6}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: plain}, data: {a: new}}
        """,
    ]

    private func layer(_ path: TreePath, _ place: Text) -> RenderLayer {
        RenderLayer(spec: RenderSpec(path: path, application: "web"), place: place)
    }

    @Test func `an override's effects name what is secret and do not show it`() async throws {
        try await withScratchFolder { folder in
            for (file, content) in Self.files {
                let place = folder.appending(path: "source/\(file)")
                try FileManager.default.createDirectory(
                    at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(content.utf8).write(to: place)
            }
            let (base, prod) = (try #require(TreePath("base")), try #require(TreePath("prod")))
            let content = Content(
                cache: try StateCache(path: folder.path + "/cache.db"), renderers: Renderers([:]),
                meters: Meters(clocks: .system))
            let repository = Apart(
                wrappedValue: Repository(
                    place: "source", kind: .folder(try FolderTree(FilePath(folder.path + "/source")))))
            let version = Version(fleet: nil, source: nil)
            let spec = UnitSpec(
                unit: unit("web"), project: name("shop"), source: nil, follow: nil,
                rendering: layer(prod, "prod").spec, place: .kubernetes(connection: "prod"),
                limits: .kubernetes(KubernetesLimits(namespaces: ["shop"], identity: .serviceAccount("shop/trimtab"))),
                namespace: "shop", driftRules: DriftRules(), policy: SyncPolicy(), dependsOn: [])
            await content.install([unit("web"): .init(spec, from: repository, newest: version)])
            let found = try await content.explain(
                unit("web"), at: version, [layer(base, "web.yaml:1"), layer(prod, "web.yaml:9")])
            let told = found.effects.map { "\($0.object.name) \($0.field)" }
            #expect(!told.joined().contains("canary-") && !told.joined().contains("Y2FuYXJ5"), "\(told)")
            func field(_ object: Text, _ path: FieldPath) -> FieldDifference? {
                found.effects.first { $0.object.name == object && $0.field.path == path }?.field
            }
            #expect(field("database", ["stringData", "password"])?.new == "<secret>")
            #expect(field("database", ["metadata", "labels", "tier"])?.new == "prod")
            #expect(field("key", ["spec", "content"])?.old == "<secret>")
            #expect(field("added", FieldPath())?.new?["data"]?["password"] == "<secret>")
            #expect(field("plain", ["data", "a"])?.old == "old")
        }
    }
}
