// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// The example that explains the kinds must be read as it stands.
@Suite struct ExampleTests {
    static let files = [
        "fleet.yaml": """
        # fleet.yaml
        kind: Fleet
        metadata: {name: acme}
        spec: {platform: platform/, projects: projects/}
        """,
        "platform/targets.yaml": """
        ---
        kind: Target
        metadata: {name: prod, labels: {env: prod, on: k8s}}
        spec: {kubernetes: {connection: prod}}            # a name that only the agent's own folder resolves
        ---
        kind: Target
        metadata: {name: edge-1, labels: {env: prod, on: host}}
        spec: {host: {machine: edge-1.example.org}}       # or {root: ./sandbox} for a first try
        """,
        "platform/keys/shop": "shop@example.org ssh-ed25519 AAAA",
        "platform/sources.yaml": """
        ---
        kind: Source
        metadata: {name: shop}
        spec: {git: "https://git.example.org/shop.git", credentials: forge, interval: 60s, verify: {ssh: platform/keys/shop}}
        """,
        "platform/projects.yaml": """
        ---
        kind: Project
        metadata: {name: shop}
        spec:
          sources: [shop, charts]
          limits:
            - on: {on: k8s}
              kubernetes: {namespaces: [shop], clusterKinds: [], identity: {serviceAccount: trimtab/shop}}
            - on: {on: host}
              host: {paths: ["/etc/nginx/**", "/srv/shop/**"], kinds: [File, Directory], services: [nginx], commands: ["nginx -t"]}
        """,
        "projects/shop/web.yaml": """
        ---
        kind: Application
        metadata: {name: web}
        spec:
          source: {name: shop, branch: main, path: web/base}      # Kustomize, detected
          targets: {on: k8s}
          namespace: shop
          dependsOn: [{application: postgres}]                    # on the same target, unless it says where
          overrides:
            - {on: {env: [staging, prod]}, path: web/overlays/live}
            - {on: {env: prod}, kustomize: {replicas: {web: 4}}}
          sync: {apply: auto, drift: heal, prune: {atMost: {count: 5, percent: 10}}, ignore: [{kind: Deployment, field: spec.replicas}]}
          rollout: [{stage: dev}, {stage: staging, on: {env: staging}, soak: 10m}, {stage: prod, on: {env: prod}, approval: {from: [shop-leads]}}]
          rollback: {whenDegradedWithin: 15m}
          onRemoval: orphan
        """,
    ]

    @Test func `every declaration of it is understood`() async throws {
        let fleet = try await FleetReader.read(MemoryTree(files: Self.files))
        #expect(fleet.targets.count == 2)
        #expect(fleet.sources.count == 1)
        let project = try #require(fleet.projects.values.first)
        #expect(project.limits.map(\.on.requirements.first?.key) == ["on", "on"])
        // What this version cannot do yet is said, and disables nothing else.
        #expect(fleet.disabled == [DeclarationID(.application, "web")])
        #expect(
            fleet.problems.map(\.error.reason) == [
                "there is no application \"postgres\"",
                "rollout is not supported by this version of Trimtab",
            ])
    }

    @Test func `every field of it has its value`() throws {
        let text = Array((Self.files["projects/shop/web.yaml"] ?? "").utf8)
        let document = try #require(try YAML.read(text, keys: .asWritten).first)
        let web = try Application.shape.decode(document.value)
        #expect(web.policy.rollbackWithin == .seconds(900))
        #expect(web.policy.prune == SyncPolicy.PruneLimit(count: 5, percent: 10))
        #expect(web.rollout.map(\.name) == ["dev", "staging", "prod"])
        #expect(web.rollout.map(\.soak) == [nil, .seconds(600), nil])
        #expect(web.rollout.map(\.approvers) == [[], [], ["shop-leads"]])
        #expect(web.driftRules.ignore.map(\.field.text) == ["spec.replicas"])
        #expect(web.overrides.map(\.on?.requirements.first?.values) == [["staging", "prod"], ["prod"]])
        #expect(web.namespace == "shop")
    }
}
