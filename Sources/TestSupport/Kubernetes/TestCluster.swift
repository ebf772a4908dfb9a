// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
package import KubernetesClient
package import Manifest

/// The real cluster of a test run: the one that KUBECONFIG names where `scripts/test kubernetes` says so, mostly a
/// control plane of its own (`scripts/lab/control-plane`).
///
/// ```swift
/// @Suite(.enabled(if: TestCluster.isThere, TestCluster.hint)) struct ApplyClusterTests {
///     @Test func `…`() async throws {
///         try await TestCluster.withNamespace { client, namespace in … }
///     }
/// }
/// ```
package enum TestCluster {
    package static let hint = "scripts/test kubernetes runs these"

    package static var isThere: Bool { ProcessInfo.processInfo.environment["TRIMTAB_KUBERNETES"] == "1" }

    /// The folder of the control plane that was made for the run; `nil` for a cluster of somebody else's.
    package static var controlPlane: String? { ProcessInfo.processInfo.environment["TRIMTAB_CONTROL_PLANE"] }

    package static func connection() async throws -> Connection {
        let path = ProcessInfo.processInfo.environment["KUBECONFIG"] ?? ""
        return try await Connections.connection(file: Text(path))
    }

    /// A client that is shut down afterwards.
    package static func withClient<Result: Sendable>(
        _ connection: Connection? = nil, options: KubernetesClient.Options = .init(userAgent: "trimtab-tests"),
        _ body: (KubernetesClient) async throws -> Result
    ) async throws -> Result {
        let client = KubernetesClient(try await resolved(connection), options: options)
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(client)) } catch { result = .failure(error) }
        await client.shutdown()
        return try result.get()
    }

    private static func resolved(_ connection: Connection?) async throws -> Connection {
        if let connection { return connection }
        return try await self.connection()
    }

    /// A namespace that lives as long as the closure.
    package static func withNamespace<Result: Sendable>(
        of connection: Connection? = nil, options: KubernetesClient.Options = .init(userAgent: "trimtab-tests"),
        _ body: (KubernetesClient, Text) async throws -> Result
    ) async throws -> Result {
        try await withClient(connection, options: options) { client in
            let resource = try await client.resource(of: GroupVersionKind(group: "", version: "v1", kind: "Namespace"))
            let name = Text("trimtab-test-\(UUID().uuidString.lowercased().prefix(13))")
            let address = ObjectAddress(resource, name: name)
            try await client.create(
                ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]], at: address,
                WriteOptions(manager: "trimtab-tests"))
            let result: Swift.Result<Result, any Error>
            do { result = .success(try await body(client, name)) } catch { result = .failure(error) }
            // It may take its time to go, and nobody waits for it.
            _ = try? await client.delete(address, DeleteOptions())
            return try result.get()
        }
    }

    /// Gives a user a role in the whole cluster.
    ///
    /// - Returns: where the binding lies, to be deleted.
    package static func grant(
        _ client: KubernetesClient, _ role: Text, to user: Text, for test: Text
    ) async throws -> ObjectAddress {
        let address = try await RoleGrant("\(test)-\(role)", .existing(role), to: .user(user)).make(client)
        let namespaces = try await client.resource(of: GroupVersionKind(group: "", version: "v1", kind: "Namespace"))
        try await wait(
            until: client.acting(as: Impersonation(user: user)), may: AccessQuestion("create", namespaces))
        return address
    }
}
