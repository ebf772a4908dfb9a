// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import KubernetesClient
import Manifest
import TestSupport
import Testing

/// A real OpenBao that lets an agent in by its service account, and the values on their way into a real cluster.
@Suite(
    .serialized, .enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)),
    .enabled(if: RealBao.program != nil, "TRIMTAB_BAO names no bao"), .timeLimit(.minutes(5)))
struct StoreClusterTests {
    private let canary = "canary-\(UInt32.random(in: 0...UInt32.max))-cluster"

    private static let manifests = """
        apiVersion: v1
        kind: Secret
        metadata: {name: database}
        stringData:
          url: postgres://shop:${password}@db.example.org/shop
        ---
        apiVersion: secrets.trimtab.dev/v1alpha1
        kind: SecretMapping
        metadata: {name: database}
        spec:
          values:
            password: {store: vault, path: shop/db, key: value}
            token: {store: vault, path: shop/db, key: value}

        """

    @Test func `a rotated value reaches a Secret, a dead server empties nothing, a denied path is told`() async throws {
        try await ClusterFleet.with { fleet in
            try await BaoServer.with { server in
                let account = try await ServiceAccountFixture.make(fleet)
                try await account.whileBound(fleet) { try await follow(fleet, server, account) }
            }
        }
    }

    private func follow(_ fleet: ClusterFleet, _ server: BaoServer, _ account: ServiceAccountFixture) async throws {
        try await server.letIn(account, of: fleet)
        try await server.put("shop/db", canary)
        try connect(fleet, server, account.token)
        try fleet.declare("database", Self.manifests)
        let first = try await fleet.deploy()
        #expect(first.status == .success, "\(first.output)\(first.errors)")
        #expect(try await value("url", fleet) == "postgres://shop:\(canary)@db.example.org/shop")
        #expect(try await value("token", fleet) == canary)
        try await server.put("shop/db", "\(canary)-second")
        let plan = await fleet.site.trimtab("plan", "--output", "json")
        #expect(await fleet.site.trimtab("sync", "--once").status == .success)
        #expect(try await value("token", fleet) == "\(canary)-second")
        server.kill()
        let dead = await fleet.site.trimtab("sync", "--once")
        #expect(dead.output.contains("vault:shop/db: unreachable"), "\(dead.output)")
        #expect(try await value("token", fleet) == "\(canary)-second")
        try await server.start()
        try await server.letIn(account, of: fleet)
        try fleet.declare("database", Self.manifests.replacing("shop/db", with: "other/db"))
        let denied = try await fleet.deploy()
        #expect(denied.output.contains("vault:other/db: denied"), "\(denied.output)")
        #expect(try await value("token", fleet) == "\(canary)-second")
        let search = CanarySearch(canary)
        for run in [first, plan, dead, denied] {
            #expect(search.found(in: Array((run.output + run.errors).utf8)) == nil)
        }
        #expect(try search.files(below: fleet.site.state) == [])
    }

    private func value(_ key: Text, _ fleet: ClusterFleet) async throws -> String? {
        let secret = try await fleet.client.get(fleet.secretAddress("database"))
        return secret["data"]?[key]?.stringValue.flatMap { Base64.decode($0.utf8) }.map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    private func connect(_ fleet: ClusterFleet, _ server: BaoServer, _ token: Text) throws {
        let file = fleet.site.state + "/token"
        try fleet.site.write(token.string + "\n", to: "state/token")
        try fleet.site.write(
            "address: \(server.address)\nsignIn: {kubernetes: {role: shop, tokenFile: \(file)}}\n",
            to: "state/stores/main.yaml")
        for path in [file, fleet.site.state + "/stores/main.yaml"] {
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        }
        try fleet.site.write(
            """
            kind: SecretStore
            metadata: {name: vault}
            spec:
              vault: {connection: main}
              interval: 1s
              allow: [{projects: [shop], on: {on: k8s}, paths: ["**"]}]

            """, to: "fleet/platform/stores.yaml")
    }
}

/// A service account that a server of secrets can ask the cluster about.
struct ServiceAccountFixture {
    var name: Text
    var token: Text

    static func make(_ fleet: ClusterFleet) async throws -> ServiceAccountFixture {
        let options = WriteOptions(manager: "trimtab-tests")
        let accounts = ResourceType(
            group: "", version: "v1", name: "serviceaccounts", kind: "ServiceAccount", isNamespaced: true)
        let name: Text = "agent"
        let address = ObjectAddress(accounts, namespace: fleet.namespace, name: name)
        _ = try await fleet.client.create(
            ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": .string(name)]], at: address, options)
        var request = address
        request.subresource = "token"
        let answer = try await fleet.client.create(
            [
                "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
                "spec": ["expirationSeconds": 3600],
            ], at: request, options)
        return ServiceAccountFixture(
            name: name, token: try #require(answer.object["status"]?["token"]?.stringValue))
    }

    /// It reviews itself: that is what a server of secrets does without a token of its own.
    func whileBound(_ fleet: ClusterFleet, _ body: () async throws -> Void) async throws {
        let account = RoleGrant.Subject.account(name, namespace: fleet.namespace)
        let address = try await RoleGrant(fleet.namespace, .existing("system:auth-delegator"), to: account)
            .make(fleet.client)
        let result: Swift.Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        _ = try? await fleet.client.delete(address, DeleteOptions())
        try result.get()
    }
}

extension ClusterFleet {
    func secretAddress(_ name: Text) -> ObjectAddress {
        ObjectAddress(
            ResourceType(group: "", version: "v1", name: "secrets", kind: "Secret", isNamespaced: true),
            namespace: namespace, name: name)
    }
}

extension BaoServer {
    /// Trusts the cluster of the test's fleet, and lets the account read what lies below `secret/shop`.
    func letIn(_ account: ServiceAccountFixture, of fleet: ClusterFleet) async throws {
        let path = try #require(ProcessInfo.processInfo.environment["KUBECONFIG"])
        let file = try Data(contentsOf: URL(fileURLWithPath: path))
        let cluster = try #require(
            try YAML.read(Array(file), file: Text(path)).first?.value["clusters"]?.arrayValue?.first?["cluster"])
        let host = try #require(cluster["server"]?.stringValue)
        var authority: [UInt8] = []
        if let data = cluster["certificate-authority-data"]?.stringValue {
            authority = try #require(Base64.decode(data.utf8))
        } else if let name = cluster["certificate-authority"]?.stringValue {
            authority = Array(try Data(contentsOf: URL(fileURLWithPath: name.string)))
        }
        try await allowShop()
        try await post("sys/auth/kubernetes", ["type": "kubernetes"])
        try await post(
            "auth/kubernetes/config",
            [
                "kubernetes_host": .string(host), "kubernetes_ca_cert": .string(try #require(Text(utf8: authority))),
                "disable_local_ca_jwt": true,
            ])
        try await post(
            "auth/kubernetes/role/shop",
            [
                "bound_service_account_names": .string(account.name),
                "bound_service_account_namespaces": .string(fleet.namespace), "token_policies": "shop",
                "token_ttl": "60s",
            ])
    }
}
