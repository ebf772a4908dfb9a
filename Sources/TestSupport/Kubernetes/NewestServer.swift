// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
package import KubernetesClient
package import Manifest

/// The newest API server for custom resources beside the tests' control plane (`scripts/lab/newest-server`). It can be
/// pinned to no version, so that nothing depends on it: `scripts/test newest` skips these where it is not built.
package enum NewestServer {
    package static let hint = "scripts/test newest runs these, where scripts/lab/newest-binary has been run"

    private static var kubeconfig: String? { ProcessInfo.processInfo.environment["TRIMTAB_NEWEST"] }

    package static var isThere: Bool { kubeconfig?.isEmpty == false }

    /// Where it listens on this machine.
    package static func port() async throws -> Int {
        let text = try String(contentsOfFile: kubeconfig ?? "", encoding: .utf8)
        guard let match = text.firstMatch(of: /https:\/\/127\.0\.0\.1:([0-9]+)/), let port = Int(match.1) else {
            throw ControlPlane.Failed(description: "the kubeconfig of the newest server names no port")
        }
        return port
    }

    package static func connection() async throws -> Connection {
        try await Connections.connection(file: Text(kubeconfig ?? ""))
    }

    /// A client of it and one of the control plane, with a namespace that lives as long as the closure.
    package static func withNamespace<Result: Sendable>(
        _ body: (_ newest: KubernetesClient, _ oldest: KubernetesClient, Text) async throws -> Result
    ) async throws -> Result {
        try await TestCluster.withNamespace { oldest, namespace in
            try await TestCluster.withClient(try await connection()) { newest in
                try await body(newest, oldest, namespace)
            }
        }
    }

    /// Defines a kind in a group of its own while the closure runs.
    ///
    /// - Parameters:
    ///   - schema: of the whole object.
    ///   - body: gets the kind, which is served.
    package static func defining<Result: Sendable>(
        _ kind: Text, in group: Text, schema: Value, _ newest: KubernetesClient,
        _ body: (ResourceType) async throws -> Result
    ) async throws -> Result {
        let plural = Text(kind.string.lowercased() + "s")
        let definitions = try await newest.resource(
            of: GroupVersionKind(group: "apiextensions.k8s.io", version: "v1", kind: "CustomResourceDefinition"))
        let address = ObjectAddress(definitions, name: "\(plural).\(group)")
        let version: Value = [
            "name": "v1", "served": true, "storage": true, "schema": ["openAPIV3Schema": schema],
            "subresources": ["status": [:]],
        ]
        try await newest.apply(
            [
                "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                "metadata": ["name": .string(address.name)],
                "spec": [
                    "group": .string(group), "scope": "Namespaced", "versions": [version],
                    "names": ["kind": .string(kind), "plural": .string(plural), "listKind": .string("\(kind)List")],
                ],
            ], at: address, WriteOptions(manager: "trimtab-tests"))
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(try await TestCluster.wait(for: kind, in: group, newest)))
        } catch {
            result = .failure(error)
        }
        _ = try? await newest.delete(address, DeleteOptions())
        return try result.get()
    }
}
