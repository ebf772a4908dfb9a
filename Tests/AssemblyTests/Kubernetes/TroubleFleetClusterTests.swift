// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import Glibc
import KubernetesClient
import Manifest
import TestSupport
import Testing

/// The whole loop while the cluster itself is in trouble, and while the program is killed wherever it happens to be.
@Suite(.enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)), .timeLimit(.minutes(10)), .serialized)
struct TroubleFleetClusterTests {
    @Test func `a namespace that is stuck in its deletion, and made anew`() async throws {
        try await ClusterFleet.with { fleet in
            for name in ["a", "b"] { try fleet.configMap(name, "one") }
            try await fleet.deploy()
            // Somebody's finalizer holds the namespace.
            try await fleet.client.create(
                [
                    "apiVersion": "v1", "kind": "ConfigMap",
                    "metadata": ["name": "held", "finalizers": ["example.org/hold"]],
                ], at: fleet.address("held"), WriteOptions(manager: "somebody"))
            let place = ObjectAddress(try await fleet.resource("", "Namespace"), name: fleet.namespace)
            try await fleet.client.delete(place, DeleteOptions())
            try await fleet.converges(["a", "b"], to: nil)
            let stuck = await fleet.site.trimtab("sync", "--once")
            #expect(stuck.status != .success)
            // The binding went with the namespace, or the namespace says itself what is the matter.
            let words = stuck.output + stuck.errors
            #expect(words.contains("terminated") || words.contains("cannot"), "\(words)")
            try await fleet.client.patch(
                fleet.address("held"), with: .merge(["metadata": ["finalizers": .null]]),
                WriteOptions(manager: "somebody"))
            while (try? await fleet.client.get(place)) != nil { try await Task.sleep(for: .milliseconds(100)) }
            try await fleet.client.create(
                ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(fleet.namespace)]], at: place,
                WriteOptions(manager: "somebody"))
            try await fleet.grantRights()
            try await fleet.makeForeign()
            try await fleet.isInSync()
            #expect(try await fleet.content("a") == "one")
            try fleet.withdraw("b")
            try await fleet.deploy()
            #expect(try await fleet.content("b") == nil)
        }
    }

    @Test func `a webhook that is down stops the kinds that it judges and nothing else`() async throws {
        try await ClusterFleet.with { fleet in
            try await fleet.makeForeign()
            try fleet.configMap("a", "one")
            try await fleet.deploy()
            let hooks = try await fleet.resource(
                "admissionregistration.k8s.io", "ValidatingWebhookConfiguration")
            let name = Text("trimtab-\(fleet.namespace)")
            let place = ObjectAddress(try await fleet.resource("", "Namespace"), name: fleet.namespace)
            try await fleet.client.patch(
                place, with: .merge(["metadata": ["labels": ["test": .string(fleet.namespace)]]]),
                WriteOptions(manager: "somebody"))
            let hook = ObjectAddress(hooks, name: name)
            try await fleet.client.create(
                [
                    "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
                    "metadata": ["name": .string(name)],
                    "webhooks": [
                        [
                            "name": "down.example.org", "sideEffects": "None", "admissionReviewVersions": ["v1"],
                            "timeoutSeconds": 1, "failurePolicy": "Fail",
                            "clientConfig": ["url": "https://127.0.0.1:1/validate"],
                            "namespaceSelector": ["matchLabels": ["test": .string(fleet.namespace)]],
                            "rules": [
                                [
                                    "apiGroups": [""], "apiVersions": ["v1"], "resources": ["services"],
                                    "operations": ["*"],
                                ]
                            ],
                        ]
                    ],
                ], at: hook, WriteOptions(manager: "somebody"))
            do {
                try fleet.configMap("a", "two")
                try fleet.declare(
                    "s", "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: 80}]}}")
                // It takes the server a moment to know of the webhook.
                try await Task.sleep(for: .seconds(2))
                let run = try await fleet.deploy()
                #expect(run.status != .success)
                #expect((run.output + run.errors).contains("down.example.org"), "\(run.output)\(run.errors)")
                #expect(try await fleet.content("a") == "two", "what it does not judge went through")
            }
            try await fleet.client.delete(hook, DeleteOptions())
            try await Task.sleep(for: .seconds(2))
            try await fleet.isInSync()
            let services = try await fleet.resource("", "Service")
            #expect(
                try await fleet.client.get(ObjectAddress(services, namespace: fleet.namespace, name: "s")).uid != nil)
        }
    }

    @Test func `a definition that is removed under its objects, and comes back`() async throws {
        try await ClusterFleet.with { fleet in
            try await fleet.makeForeign()
            try await fleet.grantDefinitions()
            let definitions = try await fleet.resource("apiextensions.k8s.io", "CustomResourceDefinition")
            let group = "\(fleet.namespace).example.org"
            let place = ObjectAddress(definitions, name: Text("things.\(group)"))
            let definition = try #require(
                try YAML.read(Array(ClusterFleet.definition(of: group).utf8)).first?.value)
            func define() async throws {
                try await fleet.client.create(definition, at: place, WriteOptions(manager: "somebody"))
                while try await fleet.client.discovery(.refreshed).preferred(group: Text(group), kind: "Thing") == nil {
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            try await define()
            try fleet.configMap("a", "one")
            for name in ["one", "two"] {
                try fleet.declare(
                    name, "{apiVersion: \(group)/v1, kind: Thing, metadata: {name: \(name)}, spec: {a: 1}}")
            }
            let first = try await fleet.deploy()
            #expect(first.status == .success, "\(first.output)\(first.errors)")
            try await fleet.client.delete(place, DeleteOptions())
            while (try? await fleet.client.get(place)) != nil { try await Task.sleep(for: .milliseconds(100)) }
            let without = await fleet.site.trimtab("sync", "--once")
            #expect(without.status != .success)
            #expect((without.output + without.errors).contains("Thing"), "\(without.output)\(without.errors)")
            #expect(try await fleet.content("a") == "one")
            // What leaves Git meanwhile has gone with its kind.
            try fleet.withdraw("two")
            try await define()
            let again = try await fleet.deploy()
            #expect(again.status == .success, "\(again.output)\(again.errors)")
            try await fleet.isInSync()
            let things = ResourceType(
                group: Text(group), version: "v1", name: "things", kind: "Thing", isNamespaced: true)
            let one = ObjectAddress(things, namespace: fleet.namespace, name: "one")
            #expect(try await fleet.client.get(one)["spec"]?["a"] == 1)
            try await fleet.client.delete(place, DeleteOptions())
        }
    }

    @Test func `a conversion webhook that is down stops the units that use the kind and no others`() async throws {
        try await ClusterFleet.with { fleet in
            try await fleet.makeForeign()
            try await fleet.grantDefinitions()
            let definitions = try await fleet.resource("apiextensions.k8s.io", "CustomResourceDefinition")
            let group = "\(fleet.namespace).example.org"
            let place = ObjectAddress(definitions, name: Text("things.\(group)"))
            let definition = try #require(
                try YAML.read(Array(ClusterFleet.definition(of: group).utf8)).first?.value)
            try await fleet.client.create(definition, at: place, WriteOptions(manager: "somebody"))
            while try await fleet.client.discovery(.refreshed).preferred(group: Text(group), kind: "Thing") == nil {
                try await Task.sleep(for: .milliseconds(50))
            }
            try fleet.site.write(
                """
                kind: Application
                metadata: {name: other}
                spec: {source: {path: apps/other}, targets: {on: k8s}, namespace: \(fleet.namespace)}

                """, to: "fleet/projects/shop/other.yaml")
            func declare(_ content: String, _ number: Int) throws {
                try fleet.configMap("a", content)
                try fleet.declare(
                    "t", "{apiVersion: \(group)/v1, kind: Thing, metadata: {name: one}, spec: {a: \(number)}}")
                try fleet.site.write(
                    "{apiVersion: v1, kind: ConfigMap, metadata: {name: z}, data: {content: \(content)}}",
                    to: "fleet/apps/other/z.yaml")
            }
            try declare("one", 1)
            let first = try await fleet.deploy()
            #expect(first.status == .success, "\(first.output)\(first.errors)")

            // What is written as v1 is stored as v2 from now on, and nobody can convert it.
            let schema: Value = ["openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]]
            func version(_ name: Text, isStored: Bool) -> Value {
                ["name": .string(name), "served": true, "storage": .bool(isStored), "schema": schema]
            }
            func convert(_ conversion: Value) async throws {
                let versions: Value = [version("v1", isStored: false), version("v2", isStored: true)]
                try await fleet.client.patch(
                    place, with: .merge(["spec": ["versions": versions, "conversion": conversion]]),
                    WriteOptions(manager: "somebody"))
                // It takes the server a moment to know.
                try await Task.sleep(for: .seconds(3))
            }
            try await convert([
                "strategy": "Webhook",
                "webhook": [
                    "conversionReviewVersions": ["v1"], "clientConfig": ["url": "https://127.0.0.1:1/convert"],
                ],
            ])
            try declare("two", 2)
            let broken = try await fleet.deploy()
            #expect(broken.status != .success)
            let words = broken.output + broken.errors
            #expect(words.contains("Thing") && words.contains("conversion webhook"), "\(words)")
            #expect(try await fleet.content("a") == "two", "the rest of the unit went through")
            #expect(try await fleet.content("z") == "two")
            #expect(try #require(try await fleet.site.unit("other"))["sync"] == "InSync")

            try await convert(["strategy": "None", "webhook": .null])
            try await fleet.isInSync()
            let things = ResourceType(
                group: Text(group), version: "v1", name: "things", kind: "Thing", isNamespaced: true)
            let one = ObjectAddress(things, namespace: fleet.namespace, name: "one")
            #expect(try await fleet.client.get(one)["spec"]?["a"] == 2)
            try await fleet.client.delete(place, DeleteOptions())
        }
    }

    @Test func `a state folder that is lost: what left Git meanwhile goes when a person agrees`() async throws {
        try await ClusterFleet.with { fleet in
            try await fleet.makeForeign()
            for name in ["a", "b", "c"] { try fleet.configMap(name, "one") }
            try await fleet.deploy()
            let before = try await fleet.client.get(fleet.address("a")).resourceVersion
            try fleet.loseState()
            try fleet.withdraw("c")
            let run = try await fleet.deploy(arguments: "--output", "json")
            #expect(try await fleet.content("c") == "one", "nobody knows whether Git ever named it")
            let plan = try #require(try run.value["items"]?.arrayValue?.first?["plan"]?.stringValue)
            let shown = await fleet.site.trimtab("plan")
            #expect(shown.output.contains("journal was lost"), "\(shown.output)\(shown.errors)")
            let confirmed = await fleet.site.trimtab("confirm", "acme/web@lab", "--plan", plan.string)
            #expect(confirmed.status == .success, "\(confirmed.errors)")
            try await fleet.isInSync()
            #expect(try await fleet.content("c") == nil)
            #expect(try await fleet.client.get(fleet.address("a")).resourceVersion == before, "and nothing was written")
            // From now on as ever.
            try fleet.withdraw("b")
            try await fleet.deploy()
            #expect(try await fleet.content("b") == nil)
        }
    }

    @Test func `a state folder that is lost, and an application that left Git meanwhile`() async throws {
        try await ClusterFleet.with { fleet in
            try await fleet.makeForeign()
            try fleet.configMap("a", "one")
            try await fleet.deploy()
            try fleet.loseState()
            try FileManager.default.removeItem(at: fleet.site.folder.appending(path: "fleet/projects/shop/web.yaml"))
            // A fleet that declares nothing at all is taken for an accident.
            try fleet.site.write(
                """
                kind: Application
                metadata: {name: other}
                spec: {source: {path: apps/other}, targets: {on: k8s}, namespace: \(fleet.namespace)}

                """, to: "fleet/projects/shop/other.yaml")
            try fleet.site.write(
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: z}, data: {content: z}}",
                to: "fleet/apps/other/z.yaml")
            let run = try await fleet.deploy(arguments: "--output", "json")
            #expect(try await fleet.content("z") == "z")
            #expect(try await fleet.content("a") == "one", "a person confirms it first")
            let items = try run.value["items"]?.arrayValue ?? []
            let stray = try #require(items.first { $0["unit"] == "acme/web@lab" }, "\(run.output)\(run.errors)")
            #expect(stray["reason"]?.stringValue?.string.contains("the journal was lost") == true, "\(stray)")
            // It is not forgotten by the next process either.
            let status = await fleet.site.trimtab("status", "web@lab")
            #expect(status.output.contains("the journal was lost"), "\(status.output)")
            let plan = try #require(stray["plan"]?.stringValue)
            let confirmed = await fleet.site.trimtab("confirm", "acme/web@lab", "--plan", plan.string)
            #expect(confirmed.status == .success, "\(confirmed.errors)")
            await fleet.site.trimtab("sync", "--once")
            #expect(try await fleet.content("a") == nil)
            #expect(try await fleet.content("z") == "z")
            #expect(try await fleet.content("foreign") == "theirs")
        }
    }

    @Test func `kills at random, while it applies and while it prunes`() async throws {
        try await ClusterFleet.with { fleet in
            var random = SystemRandomNumberGenerator()
            try await fleet.makeForeign()
            let names = (0..<30).map { "m\($0)" }
            for name in names { try fleet.configMap(name, "zero") }
            try await fleet.deploy()
            var present = Set(names)
            for round in 1...10 {
                for name in names {
                    switch Int.random(in: 0..<6, using: &random) {
                    case 0, 1:
                        try fleet.configMap(name, "round \(round)")
                        present.insert(name)
                    // Fewer than a person has to agree to.
                    case 2 where present.contains(name) && round.isMultiple(of: 2) && present.count > 27:
                        try fleet.withdraw(name)
                        present.remove(name)
                    default: break
                    }
                }
                try fleet.site.commit("Round \(round)")
                try await fleet.runKilled(after: .milliseconds(Int.random(in: 50...900, using: &random)))
            }
            try await fleet.isInSync()
            try await fleet.isAsDeclared(names)
            await fleet.isVerified()
        }
    }

    @Test func `a daemon killed at random, while it applies, prunes and heals`() async throws {
        try await ClusterFleet.with { fleet in
            var random = SystemRandomNumberGenerator()
            try await fleet.makeForeign()
            let names = (0..<30).map { "m\($0)" }
            for name in names { try fleet.configMap(name, "zero") }
            try await fleet.deploy()
            var reached = 0
            for round in 1...8 {
                for name in names.shuffled(using: &random).prefix(12) { try fleet.configMap(name, "round \(round)") }
                // Comes back in the next round, or stays away.
                if round.isMultiple(of: 2) { try? fleet.withdraw("m\(round)") }
                try fleet.site.commit("Round \(round)")
                let daemon = try fleet.begin(["run"])
                for _ in 0..<Int.random(in: 4...24, using: &random) {
                    try? await fleet.edit("m29", "edited")
                    try await Task.sleep(for: .milliseconds(50))
                }
                fleet.end(daemon)
                #expect(daemon.terminationStatus == SIGKILL, "it ended by itself")
                for name in names where try await fleet.content(Text(name)) == Text("round \(round)") {
                    reached += 1
                    break
                }
            }
            #expect(reached > 0, "none came to act before it was killed")
            try await fleet.isInSync()
            try await fleet.isAsDeclared(names)
            await fleet.isVerified()
        }
    }
}

extension ClusterFleet {
    fileprivate func loseState() throws {
        let state = URL(fileURLWithPath: site.state)
        for file in try FileManager.default.contentsOfDirectory(at: state, includingPropertiesForKeys: nil)
        where file.lastPathComponent != "connections" { try FileManager.default.removeItem(at: file) }
    }

    /// One round by the program itself, which is killed in it unless it is quicker.
    fileprivate func runKilled(after time: Duration) async throws {
        let process = try begin(["sync", "--once"])
        try await Task.sleep(for: time)
        end(process)
    }
}
