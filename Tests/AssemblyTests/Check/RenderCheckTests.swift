// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Assembly
import Commands
import Foundation
import Manifest
import Model
import TestSupport
import Testing

/// `trimtab validate --render`: everything that a fleet renders, held against what can be known without a target.
@Suite struct RenderCheckTests {
    private static let files = [
        "fleet/fleet.yaml": "kind: Fleet\nmetadata: {name: acme}\nspec: {platform: platform/, projects: projects/}\n",
        "fleet/platform/platform.yaml": """
        kind: Target
        metadata: {name: prod, labels: {env: prod}}
        spec: {kubernetes: {connection: prod}}
        ---
        kind: Source
        metadata: {name: shop}
        spec: {folder: ../shop}
        ---
        kind: Project
        metadata: {name: shop}
        spec:
          sources: [shop]
          limits:
            - on: {env: prod}
              kubernetes: {namespaces: [shop, other], clusterKinds: [Namespace], identity: {serviceAccount: trimtab/shop}}
        """,
        "fleet/projects/shop/web.yaml": """
        kind: Application
        metadata: {name: web}
        spec: {source: {name: shop, path: web}, targets: {env: prod}, namespace: shop}
        """,
        "shop/web/web.yaml": """
        {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}
        """,
    ]

    private func check(
        _ changes: [String: String] = [:], kubeVersion: Text? = nil
    ) async throws -> FleetCheck {
        try await withScratchFolder("validate-render") { folder in
            for (name, content) in Self.files.merging(changes, uniquingKeysWith: { $1 }) {
                let path = folder.appending(path: name)
                try FileManager.default.createDirectory(
                    at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(content.utf8).write(to: path)
            }
            return try await Parts.live.validate(
                FleetCheckRequest(
                    folder: Text(folder.path + "/fleet"), isRendering: true, kubeVersion: kubeVersion))
        }
    }

    private func told(_ check: FleetCheck) -> [String] {
        check.findings.map { "\($0.level.rawValue) \($0.rule.rawValue) \($0.problem)" }
    }

    @Test func `a fleet in order has no findings`() async throws {
        let check = try await check()
        #expect(told(check) == [])
        #expect(check.notices == [])
    }

    @Test func `retired APIs are warnings, and errors where they are gone`() async throws {
        let ingress = [
            "shop/web/ingress.yaml": "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: web}\n"
        ]
        let words = "ingress.yaml:1:1: Ingress/web: extensions/v1beta1 is served no more since Kubernetes 1.22 "
        let unknown = try await check(ingress)
        #expect(told(unknown) == ["warning retired-api web/\(words)(write networking.k8s.io/v1)"])
        #expect(unknown.problems.isEmpty)
        #expect(try await check(ingress, kubeVersion: "v1.30.2").problems.count == 1)
        #expect(told(try await check(ingress, kubeVersion: "1.20")).first?.contains("will be served no more") == true)
    }

    @Test func `a namespace that nobody declares is told once`() async throws {
        let text = (0..<3).map { "{apiVersion: v1, kind: Secret, metadata: {name: s\($0), namespace: other}}" }
        let check = try await check(["shop/web/other.yaml": text.joined(separator: "\n---\n")])
        #expect(check.findings.count == 1)
        #expect(check.findings.first?.rule == .missingNamespace)
        #expect(check.findings.first?.level == .warning)
    }

    @Test func `what a project may not touch, and what two units declare, are errors`() async throws {
        let check = try await check([
            "shop/web/role.yaml":
                "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: all}\n",
            "shop/api/settings.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\n",
            "fleet/projects/shop/api.yaml":
                "kind: Application\nmetadata: {name: api}\nspec: {source: {name: shop, path: api}, targets: {env: prod}}\n",
        ])
        #expect(Set(check.findings.map(\.rule)) == [.projectLimits, .duplicateObject])
        #expect(check.problems.count == 2)
        let twice = try #require(check.findings.first { $0.rule == .duplicateObject })
        #expect(twice.problem.reason.string.contains("acme/api@prod"))
    }

    @Test func `what does not render is told with file and line, and the rest is checked on`() async throws {
        let check = try await check([
            "shop/api/broken.yaml": "apiVersion: v1\nkind: [\n",
            "fleet/projects/shop/api.yaml":
                "kind: Application\nmetadata: {name: api}\nspec: {source: {name: shop, path: api}, targets: {env: prod}}\n",
            "fleet/projects/shop/gone.yaml":
                "kind: Application\nmetadata: {name: gone}\nspec: {source: {name: shop, path: nowhere}, targets: {env: prod}}\n",
        ])
        #expect(check.findings.map(\.rule) == [.render, .render])
        #expect(told(check).contains { $0.hasPrefix("error render api/broken.yaml:") })
        #expect(
            told(check).contains {
                $0.hasPrefix("error render projects/shop/gone.yaml:3:")
                    && $0.contains("application gone: nowhere: no such file or folder")
            })
    }

    @Test func `what an application names that is not there is told at the line that names it`() async throws {
        let check = try await check([
            "fleet/projects/shop/gone.yaml": """
            kind: Application
            metadata: {name: gone}
            spec:
              source:
                name: shop
                path: web
              targets: {env: prod}
              overrides:
                - on: {env: prod}
                  path: web/absent
            """
        ])
        #expect(check.findings.map(\.rule) == [.render])
        let problem = try #require(check.findings.first?.problem)
        #expect(problem.file == "projects/shop/gone.yaml" && problem.line == 10, "\(problem)")
    }

    @Test func `columns are counted in characters for those who want them so`() async throws {
        let check = try await check([
            "fleet/projects/shop/api.yaml":
                "kind: Application\nmetadata: {name: api}\nspec: {namespace: shöp, sourze: {}, targets: {env: prod}}\n"
        ])
        let finding = try #require(check.findings.first { $0.problem.reason.string.contains("sourze") })
        #expect(finding.problem.column == 26)
        #expect(finding.characterColumn == 25)
        let ill = try await self.check(["shop/web/broken.yaml": "{ä: 1, ö: }}\n"])
        let other = try #require(ill.findings.first)
        let column = try #require(other.problem.column)
        #expect(other.characterColumn == column - 2, "\(other)")
    }
}
