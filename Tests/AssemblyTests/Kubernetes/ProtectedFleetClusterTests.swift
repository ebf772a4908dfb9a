// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import KubernetesClient
import Manifest
import TestSupport
import Testing

/// Definitions of kinds and namespaces, which take others along.
@Suite(.enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)), .timeLimit(.minutes(5)))
struct ProtectedFleetClusterTests {
    @Test func `a kind and a namespace that leave Git go when a person agrees, each of them`() async throws {
        try await ClusterFleet.with { fleet in
            let (group, more) = ("\(fleet.namespace).example.org", "\(fleet.namespace)-more")
            try await fleet.actAsOwner(with: more)
            try await fleet.makeForeign()
            try fleet.configMap("a", "one")
            try fleet.declare("kind", ClusterFleet.definition(of: group))
            try fleet.declare("place", "{apiVersion: v1, kind: Namespace, metadata: {name: \(more)}}")
            let first = try await fleet.deploy()
            #expect(first.status == .success, "\(first.output)\(first.errors)")
            let kind = ObjectAddress(
                try await fleet.resource("apiextensions.k8s.io", "CustomResourceDefinition"),
                name: "things.\(Text(group))")
            let place = ObjectAddress(try await fleet.resource("", "Namespace"), name: Text(more))
            for (file, words, address) in [("kind", "CustomResourceDefinition", kind), ("place", "Namespace", place)] {
                try fleet.withdraw(file)
                let run = try await fleet.deploy(arguments: "--output", "json")
                let item = try #require(try run.value["items"]?.arrayValue?.first, "\(run.output)\(run.errors)")
                let reason = item["reason"]?.stringValue?.string ?? ""
                #expect(reason.hasPrefix("the plan deletes \(words)") && reason.contains("trimtab confirm"), "\(item)")
                // It goes on waiting, and says so.
                await fleet.site.trimtab("sync", "--once")
                let status = try #require(try await fleet.site.unit("web"))
                #expect(status["sync"] == "Blocked", "\(status)")
                let plan = await fleet.site.trimtab("plan")
                #expect(plan.output.contains("what lies in it or depends on it"), "\(plan.output)\(plan.errors)")
                let live = try await fleet.client.get(address)
                #expect(live.uid != nil && !live.isTerminating, "a person confirms it first")
                let digest = try #require(item["plan"]?.stringValue).string
                let confirmed = await fleet.site.trimtab("confirm", "acme/web@lab", "--plan", digest)
                #expect(confirmed.status == .success, "\(confirmed.errors)")
                // Kinds of other tests, which come and go, may keep a namespace from being looked through.
                while (try? await fleet.client.get(address)) != nil {
                    await fleet.site.trimtab("sync", "--once")
                    try await Task.sleep(for: .milliseconds(200))
                }
            }
            try await fleet.isInSync()
            #expect(try await fleet.content("a") == "one")
        }
    }

    @Test func `a plan says what the server cannot judge before a kind, or a namespace, is there`() async throws {
        try await ClusterFleet.with { fleet in
            let (group, more) = ("\(fleet.namespace).example.org", "\(fleet.namespace)-more")
            try await fleet.actAsOwner(with: more)
            try fleet.declare("kind", ClusterFleet.definition(of: group))
            try fleet.declare("thing", "{apiVersion: \(group)/v1, kind: Thing, metadata: {name: one}, spec: {a: 1}}")
            try fleet.declare("place", "{apiVersion: v1, kind: Namespace, metadata: {name: \(more)}}")
            try fleet.declare(
                "inner", "{apiVersion: v1, kind: ConfigMap, metadata: {name: inner, namespace: \(more)}, data: {a: b}}")
            // What is wrong is told beside it.
            try fleet.declare(
                "s", "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: 99999}]}}")
            try fleet.site.commit("Change")
            let run = await fleet.site.trimtab("plan", "--fleet", fleet.site.folder.path + "/fleet")
            #expect(run.status == .differs, "\(run.errors)")
            let lines = run.output.split(separator: "\n").filter {
                $0.contains("is created, and not validated by the server before")
            }
            #expect(lines.count == 2, "\(run.output)")
            #expect(lines.contains { $0.contains("Thing/\(fleet.namespace)/one") }, "\(run.output)")
            #expect(lines.contains { $0.contains("ConfigMap/\(more)/inner") }, "\(run.output)")
            #expect(run.output.contains("spec.ports[0].port"), "\(run.output)")
            let namespaces = try await fleet.resource("", "Namespace")
            await #expect(throws: KubernetesError.self, "a plan makes nothing") {
                try await fleet.client.get(ObjectAddress(namespaces, name: Text(more)))
            }
            #expect(try await fleet.client.discovery(.refreshed).preferred(group: Text(group), kind: "Thing") == nil)
        }
    }
}

extension ClusterFleet {
    /// From now on the project acts as a user of the test's own, who may do everything, and has a second namespace, which
    /// it may make.
    func actAsOwner(with more: String) async throws {
        let user = Text("trimtab-owner-\(namespace)")
        try site.write(
            try site.read("fleet/platform/all.yaml")
                .replacing(
                    "namespaces: [\(namespace)]",
                    with: "namespaces: [\(namespace), \(more)], clusterKinds: [Namespace, CustomResourceDefinition]"
                )
                .replacing("{user: \(Self.user)}", with: "{user: \(user)}"),
            to: "fleet/platform/all.yaml")
        let everything: Value = ["apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]]
        try await RoleGrant(user, .rules([everything]), to: .user(user)).make(client)
        let namespaces = try await resource("", "Namespace")
        try await TestCluster.wait(
            until: client.acting(as: Impersonation(user: user)), may: AccessQuestion("create", namespaces))
    }
}
