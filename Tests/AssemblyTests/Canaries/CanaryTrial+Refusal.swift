// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import KubernetesClient
import Manifest
import TestSupport
import Testing

/// A webhook of the cluster that refuses what has a `value`, and says what it refuses: with all of the object in its words.
private struct QuotingWebhook {
    let cluster: ClusterFleet
    private let options = WriteOptions(manager: "trimtab-tests")
    private static let group: Text = "admissionregistration.k8s.io"
    private static let kind: Text = "ValidatingWebhookConfiguration"

    func whileInForce(_ body: () async throws -> Void) async throws {
        try await withScratchFolder { folder in
            let file = folder.appending(path: "webhook.pem").path
            let made = try TestProcess.run(
                "/bin/bash",
                [
                    "-c",
                    """
                    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \\
                        -subj /CN=webhook -addext subjectAltName=IP:127.0.0.1 -keyout key -out crt &&
                        cat crt key >'\(file)'
                    """,
                ], folder: folder)
            try #require(made.status == 0, "\(made.text)")
            let authority = try Data(contentsOf: folder.appending(path: "crt")).base64EncodedString()
            try await ScriptedServer.with({ Self.answer($0) }, certificate: file) { server in
                let hook = try await register(server.port, Text(authority))
                // It speaks of plain objects, too, which is how the test knows that it quotes.
                try await wait { $0?.contains(CanaryFleet.harmless) ?? false }
                try await body()
                try await cluster.client.delete(hook, DeleteOptions())
                try await wait { $0 == nil }
            }
        }
    }

    private func register(_ port: Int, _ authority: Text) async throws -> ObjectAddress {
        let namespaces = ResourceType(
            group: "", version: "v1", name: "namespaces", kind: "Namespace", isNamespaced: false)
        try await cluster.client.patch(
            ObjectAddress(namespaces, name: cluster.namespace),
            with: .merge(["metadata": ["labels": ["quoting": .string(cluster.namespace)]]]), options)
        let resource = try await cluster.client.resource(
            of: GroupVersionKind(group: Self.group, version: "v1", kind: Self.kind))
        let address = ObjectAddress(resource, name: Text("quoting-\(cluster.namespace)"))
        let rule: Value = [
            "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"],
            "resources": ["secrets", "configmaps"],
        ]
        let webhook: Value = [
            "name": "quoting.example.org", "sideEffects": "None", "admissionReviewVersions": ["v1"],
            "clientConfig": [
                "url": .string(Text("https://127.0.0.1:\(port)/judge")), "caBundle": .string(authority),
            ],
            "namespaceSelector": ["matchLabels": ["quoting": .string(cluster.namespace)]], "rules": [rule],
        ]
        try await cluster.client.create(
            [
                "apiVersion": .string(Text("\(Self.group)/v1")), "kind": .string(Self.kind),
                "metadata": ["name": .string(address.name)], "webhooks": [webhook],
            ], at: address, options)
        return address
    }

    private static func answer(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
        let question = (try? JSON.read(request.body))?["request"]
        let isAllowed = question?["object"]?["data"]?["value"] == nil
        let words = String(decoding: JSON.write(question?["object"] ?? .null), as: UTF8.self)
        let review: Value = [
            "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
            "response": [
                "uid": question?["uid"] ?? .null, "allowed": .bool(isAllowed),
                "status": ["code": 403, "reason": "Forbidden", "message": .string(Text("not \(words)"))],
            ],
        ]
        return ScriptedServer.Reply(headers: [("content-type", "application/json")], pieces: [JSON.write(review)])
    }

    /// Waits until the server's answer to a plain object with a value is as expected; `nil`: it takes it.
    private func wait(_ isExpected: (String?) -> Bool) async throws {
        let probe: Value = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "probe"],
            "data": ["value": .string(Text(CanaryFleet.harmless))],
        ]
        var trial = options
        trial.isDryRun = true
        while true {
            var words: String?
            do throws(KubernetesError) {
                try await cluster.client.create(probe, at: cluster.address("probe"), trial)
            } catch {
                words = error.description
            }
            if isExpected(words) { return }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

extension CanaryTrial {
    /// A command of the host says no to files with secrets in them, and prints one. The cluster refuses objects, and
    /// quotes them: by a webhook's words, and by its own about a name that is none.
    func refuse() async throws {
        guard let cluster = fleet.cluster else { return try await change() }
        try await QuotingWebhook(cluster: cluster).whileInForce { try await change() }
    }

    private func change() async throws {
        try await fleet.write(round: 3)
        try await fleet.declareObjection()
        if let cluster = fleet.cluster { try await fleet.declareRefused(in: cluster) }
        try fleet.site.commit("Refused")
        await run("plan --output json")
        let refused = await run("sync --output json")
        #expect(refused.status == .failure, "\(refused.output)")
        try await look()
        // Each of them was refused for that reason, and its words are not told.
        var reasons = ["status 1: its words are withheld, since they may quote /srv/shop/"]
        if fleet.cluster != nil {
            reasons += ["Forbidden", "Invalid"].map { "the server refused it (\($0)); its words are withheld" }
        }
        let log = await run("log --limit 1000 --output json")
        for reason in reasons { #expect(log.output.contains(reason), "\(reason): \(log.output)") }
    }

    /// What lies in the cluster besides the values of Secrets: the inventory, events, annotations, owners of fields.
    func lookAround(in cluster: ClusterFleet) async throws {
        for name: Text in ["configmaps", "events", "services", "secrets"] {
            let resource = ResourceType(group: "", version: "v1", name: name, kind: "", isNamespaced: true)
            let evidence = evidence
            let query = Query(Collection(resource, namespace: cluster.namespace))
            _ = try await cluster.client.list(query) { (object) async throws(KubernetesError) in
                let rest = object.objectValue.map { $0.pairs.filter { name != "secrets" || $0.key != "data" } } ?? []
                for (key, value) in rest {
                    evidence.add("\(name) of the cluster", Array("\(key): ".utf8) + JSON.write(value))
                }
            }
        }
    }
}
