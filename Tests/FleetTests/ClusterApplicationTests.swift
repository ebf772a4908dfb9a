// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// Applications that go to clusters.
@Suite struct ClusterApplicationTests {
    private static let files = [
        "platform/cluster.yaml": """
        kind: Target
        metadata: {name: prod, labels: {on: k8s}}
        spec: {kubernetes: {connection: prod}}
        ---
        kind: Project
        metadata: {name: both}
        spec:
          sources: [shop]
          limits:
            - {on: {on: k8s}, kubernetes: {namespaces: [both], identity: {serviceAccount: trimtab/both}}}
            - {on: {on: [host, k8s]}, host: {paths: ["/srv/both/**"]}}
        """
    ]

    private func application(_ spec: String) -> String {
        "kind: Application\nmetadata: {name: both}\nspec: {source: {name: shop, branch: main}, \(spec)}"
    }

    @Test func `a unit has the grant that is about its kind of target`() async throws {
        let fleet = try await Fixture.read(
            Self.files.merging([
                "projects/both/app.yaml": application("targets: {on: [host, k8s]}")
            ]) { $1 })
        #expect(fleet.messages == [])
        let cluster = try #require(fleet.unit("both@prod"))
        #expect(cluster.limits.kubernetes?.namespaces == ["both"])
        #expect(fleet.unit("both@dev-1")?.limits.host?.paths == ["/srv/both/**"])
    }

    @Test func `namespace and rules for drift reach the unit and change its digest`() async throws {
        func unit(_ spec: String) async throws -> UnitSpec {
            let fleet = try await Fixture.read(Self.files.merging(["projects/both/app.yaml": application(spec)]) { $1 })
            return try #require(fleet.unit("both@prod"))
        }
        let plain = try await unit("targets: {on: k8s}")
        let placed = try await unit("targets: {on: k8s}, namespace: both")
        let lenient = try await unit(
            "targets: {on: k8s}, sync: {ignore: [{kind: A, field: spec.b}], additions: remove}")
        #expect(placed.namespace == "both")
        #expect(lenient.driftRules.additions == .remove)
        #expect(lenient.driftRules.ignored(of: ObjectID(group: "", kind: "A", name: "x")).map(\.text) == ["spec.b"])
        #expect(lenient.driftRules.ignored(of: ObjectID(group: "", kind: "B", name: "x")).isEmpty)
        #expect(Set([plain, placed, lenient].map(\.digest)).count == 3)
    }

    @Test func `without fleet.yaml an application touches its one namespace, as an account of it`() async throws {
        func read(_ namespace: String) async throws -> FleetSnapshot {
            try await FleetReader.read(
                MemoryTree(files: [
                    "all.yaml": """
                    kind: Target
                    metadata: {name: here}
                    spec: {kubernetes: {connection: kind}}
                    ---
                    kind: Application
                    metadata: {name: web}
                    spec: {source: {path: web}\(namespace)}
                    """
                ]))
        }
        let fleet = try await read(", namespace: shop")
        #expect(fleet.problems.isEmpty)
        let limits = KubernetesLimits(namespaces: ["shop"], identity: .serviceAccount("shop/trimtab"))
        #expect(fleet.units().first?.limits == .kubernetes(limits))
        #expect(fleet.notices.contains { $0.string.contains("as the service account") })
        #expect(try await read("").messages.contains { $0.contains("names the namespace") })
    }
}
