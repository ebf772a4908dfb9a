// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Foundation
import KubernetesClient
import Manifest
import Model
import TestSupport
import Testing

@testable import KubernetesTarget

/// A webhook that changes what is applied, called by a real server.
@Suite(.enabled(if: ControlPlane.isPossible, Comment(rawValue: ControlPlane.hint)), .timeLimit(.minutes(5)))
struct WebhookClusterTests {
    /// Puts in a key, and writes one of ours in another way.
    private static let patch = #"""
        [{"op": "add", "path": "/data/injected", "value": "by a webhook"},
         {"op": "replace", "path": "/data/content", "value": "MUTATED"}]
        """#

    @Test func `what a webhook makes of an apply is none, also to the next process`() async throws {
        try await ClusterSite.real { site in
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
                    let hook = try await register(server.port, authority, site)
                    try await see(site, server)
                    _ = try await site.cluster.delete(hook, DeleteOptions())
                }
            }
        }
    }

    private func see(_ site: ClusterSite, _ server: ScriptedServer) async throws {
        let labelled = try site.object(
            """
            {apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {mutate: "yes"}}, data: {content: plain}}
            """)
        var inventory = Inventory()
        // It takes the server a moment to know of the webhook.
        while try await site.sync([labelled], inventory: &inventory).isEmpty || server.requests.isEmpty {
            _ = try await site.cluster.delete(try await site.address(labelled), DeleteOptions())
            try await Task.sleep(for: .milliseconds(200))
        }
        #expect(try await site.live(labelled)["data"] == ["content": "MUTATED", "injected": "by a webhook"])
        #expect(try await site.compare(labelled) == .same)
        // The next process knows what was observed, and nothing else.
        let next = ClusterSite(site.cluster, namespace: site.namespace, observations: site.observations)
        #expect(try await next.compare(labelled) == .same)
        #expect(try await next.sync([labelled], inventory: &inventory).isEmpty)
        try await site.edit(labelled, ["metadata": ["labels": ["trimtab.dev/fleet": .null]]])
        #expect(try await next.compare(labelled).fields.contains("metadata.labels[\"trimtab.dev/fleet\"]"))
    }

    private func register(_ port: Int, _ authority: String, _ site: ClusterSite) async throws -> ObjectAddress {
        let kind = GroupVersionKind(
            group: "admissionregistration.k8s.io", version: "v1", kind: "MutatingWebhookConfiguration")
        let address = ObjectAddress(try await site.cluster.resource(of: kind), name: "trimtab-\(site.namespace)")
        let configuration: Value = [
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
            "metadata": ["name": .string(address.name)],
            "webhooks": [
                [
                    "name": "mutate.example.org", "sideEffects": "None", "admissionReviewVersions": ["v1"],
                    "clientConfig": [
                        "url": .string(Text("https://127.0.0.1:\(port)/mutate")), "caBundle": .string(Text(authority)),
                    ],
                    "objectSelector": ["matchLabels": ["mutate": "yes"]],
                    "rules": [
                        [
                            "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"],
                            "operations": ["CREATE", "UPDATE"],
                        ]
                    ],
                ]
            ],
        ]
        _ = try await site.cluster.create(configuration, at: address, WriteOptions(manager: "somebody"))
        return address
    }

    /// The server's question, answered with the patch.
    private static func answer(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
        let uid = (try? JSON.read(request.body))?["request"]?["uid"] ?? .null
        let review: Value = [
            "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
            "response": [
                "uid": uid, "allowed": true, "patchType": "JSONPatch",
                "patch": .string(Text(Data(patch.utf8).base64EncodedString())),
            ],
        ]
        return ScriptedServer.Reply(
            headers: [("content-type", "application/json")], pieces: [JSON.write(review)])
    }
}
