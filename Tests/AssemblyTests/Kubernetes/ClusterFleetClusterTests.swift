// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import KubernetesClient
import Manifest
import Model
import TestSupport
import Testing

/// The whole way from a commit to a real cluster, with the commands that people use.
@Suite(.enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)), .timeLimit(.minutes(5)))
struct ClusterFleetClusterTests {
    @Test func `a commit is applied, the next one changes it, and nothing is done twice`() async throws {
        try await ClusterFleet.with { fleet in
            try fleet.configMap("a", "one")
            let first = try await fleet.deploy()
            #expect(first.status == .success, "\(first.errors)\(first.output)")
            #expect(try await fleet.content("a") == "one")
            try fleet.configMap("a", "two")
            try await fleet.deploy()
            #expect(try await fleet.content("a") == "two")
            let before = try await fleet.client.get(fleet.address("a")).resourceVersion
            let plan = await fleet.site.trimtab("plan")
            #expect(plan.status == .success, "\(plan.output)\(plan.errors)")
            await fleet.site.trimtab("sync", "--once")
            #expect(try await fleet.client.get(fleet.address("a")).resourceVersion == before)
            let status = try #require(try await fleet.site.unit("web"))
            #expect(status["sync"] == "InSync", "\(status)")
        }
    }

    @Test func `plan says what the server would refuse, and changes nothing`() async throws {
        try await ClusterFleet.with { fleet in
            try fleet.configMap("a", "one")
            try await fleet.deploy()
            let before = try await fleet.client.get(fleet.address("a")).resourceVersion
            try fleet.configMap("a", "two")
            try fleet.configMap("b", "one")
            try fleet.declare(
                "s", "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: 99999}]}}")
            try fleet.site.commit("Change")
            for arguments in [["plan"], ["sync", "--dry-run"]] {
                let fleetFolder = fleet.site.folder.path + "/fleet"
                let run = await fleet.site.trimtab(arguments + ["--fleet", fleetFolder])
                #expect(run.status == .differs, "\(run.errors)")
                #expect(run.output.contains("1 to update") && run.output.contains("2 to create"), "\(run.output)")
                #expect(run.output.contains("spec.ports[0].port"), "\(run.output)")
            }
            #expect(try await fleet.client.get(fleet.address("a")).resourceVersion == before)
            #expect(try await fleet.content("b") == nil)
        }
    }

    @Test func `diff names the field and who changed it, and a sync puts it back`() async throws {
        try await ClusterFleet.with { fleet in
            try fleet.configMap("a", "one")
            try await fleet.deploy()
            _ = try await fleet.client.patch(
                fleet.address("a"), with: .merge(["data": ["content": "edited"]]), WriteOptions(manager: "kubectl-edit")
            )
            let diff = await fleet.site.trimtab("diff")
            #expect(diff.output.contains("data.content"), "\(diff.output)\(diff.errors)")
            #expect(diff.output.contains("kubectl-edit"))
            let owners = await fleet.site.trimtab("diff", "--owners")
            #expect(owners.output.contains("held by kubectl-edit at 20"), "\(owners.output)\(owners.errors)")
            let json = try await fleet.site.trimtab("diff", "--owners", "--output", "json").value
            let field = json["items"]?.arrayValue?.first?["items"]?.arrayValue?.first?["owners"]?.arrayValue?.first
            #expect(field?["path"] == ["data", "content"], "\(json)")
            #expect(field?["owners"]?.arrayValue?.first?["manager"] == "kubectl-edit")
            await fleet.site.trimtab("sync", "--once")
            #expect(try await fleet.content("a") == "one")
        }
    }

    @Test func `what the cluster says of itself is put on record, once`() async throws {
        try await ClusterFleet.with { fleet in
            try fleet.configMap("a", "one")
            try await fleet.deploy()
            try fleet.configMap("a", "two")
            try await fleet.deploy()
            let log = await fleet.site.trimtab("log", "--kind", "capabilitiesSeen", "--output", "json")
            // Other tests define kinds on the same server meanwhile: each record must differ from the one before.
            let events = try log.output.split(separator: "\n").map { try JSON.read(Array($0.utf8)) }
            for (earlier, later) in zip(events, events.dropFirst()) {
                #expect(earlier["payload"] != later["payload"], "\(log.output)")
            }
            let event = try #require(events.first, "\(log.errors)")
            #expect(event["payload"]?["kubernetes"]?.stringValue == (try await fleet.client.version()))
            let served = event["payload"]?["apiVersions"]?.textsValue ?? []
            #expect(served.contains("apps/v1/Deployment") && served.contains("v1") && served.contains("v1/ConfigMap"))
        }
    }

    @Test func `a daemon heals what somebody changes, told by the watch`() async throws {
        try await ClusterFleet.with { fleet in
            try fleet.configMap("a", "one")
            try await fleet.deploy()
            try await fleet.site.withDaemon {
                for round in 1...3 {
                    _ = try await fleet.client.patch(
                        fleet.address("a"), with: .merge(["data": ["content": .string("edited \(round)")]]),
                        WriteOptions(manager: "kubectl-edit"))
                    while try await fleet.content("a") != "one" { try await Task.sleep(for: .milliseconds(20)) }
                }
            }
        }
    }

    @Test func `what leaves Git is pruned, more than a few only when a person agrees`() async throws {
        try await ClusterFleet.with { fleet in
            for name in ["a", "b", "c", "d", "e", "f", "g", "h"] { try fleet.configMap(name, "one") }
            try await fleet.deploy()
            try fleet.withdraw("a")
            try await fleet.deploy()
            #expect(try await fleet.content("a") == nil)
            for name in ["b", "c", "d", "e", "f", "g"] { try fleet.withdraw(name) }
            let run = try await fleet.deploy(arguments: "--output", "json")
            #expect(try await fleet.content("b") == "one", "a person confirms it first")
            let plan = try #require(try run.value["items"]?.arrayValue?.first?["plan"]?.stringValue)
            let confirmed = await fleet.site.trimtab("confirm", "acme/web@lab", "--plan", plan.string)
            #expect(confirmed.status == .success, "\(confirmed.errors)")
            await fleet.site.trimtab("sync", "--once")
            #expect(try await fleet.content("b") == nil)
            #expect(try await fleet.content("h") == "one")
        }
    }

    @Test func `a rollback brings back what was there, and what it added goes`() async throws {
        try await ClusterFleet.with { fleet in
            try fleet.configMap("a", "one")
            try await fleet.deploy()
            try fleet.configMap("a", "two")
            try fleet.configMap("b", "two")
            try await fleet.deploy()
            let run = await fleet.site.trimtab("rollback", "acme/web@lab", "--reason", "too bold")
            #expect(run.status == .success, "\(run.errors)\(run.output)")
            #expect(try await fleet.content("a") == "one")
            #expect(try await fleet.content("b") == nil)
        }
    }

    @Test func `a kind and its objects come in one commit, whatever their waves`() async throws {
        try await ClusterFleet.with { fleet in
            let group = "\(fleet.namespace).example.org"
            try await fleet.grantDefinitions()
            try fleet.declare("kind", ClusterFleet.definition(of: group, wave: 5))
            try fleet.declare("thing", "{apiVersion: \(group)/v1, kind: Thing, metadata: {name: one}, spec: {a: 1}}")
            let run = try await fleet.deploy()
            #expect(run.status == .success, "\(run.errors)\(run.output)")
            let things = ResourceType(
                group: Text(group), version: "v1", name: "things", kind: "Thing", isNamespaced: true)
            let thing = try await fleet.client.get(ObjectAddress(things, namespace: fleet.namespace, name: "one"))
            #expect(thing["spec"]?["a"] == 1)
            let definitions = try await fleet.client.resource(
                of: GroupVersionKind(
                    group: "apiextensions.k8s.io", version: "v1", kind: "CustomResourceDefinition"))
            _ = try await fleet.client.delete(
                ObjectAddress(definitions, name: "things.\(Text(group))"), DeleteOptions())
        }
    }

    @Test func `a lost state folder loses nothing: what is there is recognised by its marks`() async throws {
        try await ClusterFleet.with { fleet in
            try fleet.configMap("a", "one")
            try await fleet.deploy()
            let before = try await fleet.client.get(fleet.address("a")).resourceVersion
            let state = URL(fileURLWithPath: fleet.site.state)
            for file in try FileManager.default.contentsOfDirectory(at: state, includingPropertiesForKeys: nil)
            where file.lastPathComponent != "connections" { try FileManager.default.removeItem(at: file) }
            let run = await fleet.site.trimtab("sync", "--once", "--fleet", fleet.site.folder.path + "/fleet")
            #expect(run.status == .success, "\(run.errors)\(run.output)")
            #expect(try await fleet.client.get(fleet.address("a")).resourceVersion == before)
            #expect(try await fleet.content("a") == "one")
        }
    }
}

extension ClusterFleet {
    /// A kind Thing.
    static func definition(of group: String, wave: Int = 0) -> String {
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: things.\(group), annotations: {trimtab.dev/wave: "\(wave)"}}
        spec:
          group: \(group)
          scope: Namespaced
          names: {kind: Thing, plural: things}
          versions:
            - name: v1
              served: true
              storage: true
              schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        """
    }

    /// The project's user may define kinds and use them.
    func grantDefinitions() async throws {
        try site.write(
            try site.read("fleet/platform/all.yaml")
                .replacing("identity: {user", with: "clusterKinds: [CustomResourceDefinition], identity: {user"),
            to: "fleet/platform/all.yaml")
        let rules: [Value] = [
            ["apiGroups": ["apiextensions.k8s.io"], "resources": ["customresourcedefinitions"], "verbs": ["*"]],
            ["apiGroups": [.string("\(namespace).example.org")], "resources": ["*"], "verbs": ["*"]],
        ]
        try await RoleGrant("trimtab-tests-\(namespace)", .rules(rules), to: .user(Self.user)).make(client)
    }
}
