// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Fleet
import Foundation
import Manifest
import Model
import Secrets
import TestSupport
import Testing

@testable import Assembly

/// A real OpenBao as a store. `TRIMTAB_BAO` names it; `scripts/lab/bao` fetches it.
@Suite(.serialized, .enabled(if: RealBao.program != nil, "TRIMTAB_BAO names no bao"), .timeLimit(.minutes(3)))
struct RealBaoStoreTests {
    private let canary = "canary-\(UInt32.random(in: 0...UInt32.max))-bao"

    private func store(_ server: BaoServer, _ signIn: String, engine: Text, _ edition: SecretStore.KeyValueEdition)
        throws -> VaultStore
    {
        let text = "address: \(server.address)\nsignIn: \(signIn)\n"
        return VaultStore(
            try VaultConnection(Array(text.utf8), file: "main.yaml"), engine: engine, edition: edition,
            fingerprints: SecretFingerprints(key: [UInt8](repeating: 3, count: 32)), send: VaultTransport.send,
            readFile: { _ throws(StoreError) in [] }, now: Clocks.system.monotonic)
    }

    /// Through a file: a value of a megabyte is no argument.
    private func put(_ server: BaoServer, _ engine: String, _ path: Text, _ value: String) throws {
        let file = NSTemporaryDirectory() + "trimtab-value-\(UUID().uuidString).json"
        try Data(JSON.write(["value": .string(Text(value))])).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        try server.bao("kv", "put", "-mount=\(engine)", path.string, "@\(file)")
    }

    @Test func `both editions of its engine for keys and values conform`() async throws {
        try await BaoServer.with { server in
            try server.bao("secrets", "enable", "-path=old", "-version=1", "kv")
            let token = "{token: \(RealBao.token)}"
            let new = try store(server, token, engine: "secret", .two)
            try await SecretStoreConformance(new) { try put(server, "secret", $0, $1) }.run()
            let old = try store(server, token, engine: "old", .one)
            try await SecretStoreConformance(old) { try put(server, "old", $0, $1) }.run()
        }
    }

    @Test func `it is signed in to by a role, by a user and by a token`() async throws {
        try await BaoServer.with { server in
            try server.letIn(role: "role-1", secret: "secret-1")
            try server.bao("auth", "enable", "userpass")
            try server.bao("write", "auth/userpass/users/alice", "password=wonder", "token_policies=shop")
            try put(server, "secret", "shop/db", canary)
            for signIn in [
                "{appRole: {role: role-1, secret: secret-1}}", "{userpass: {user: alice, password: wonder}}",
                "{token: \(RealBao.token)}",
            ] {
                let store = try store(server, signIn, engine: "secret", .two)
                #expect(try await store.read("shop/db", version: nil).values["value"] == Secret(Array(canary.utf8)))
            }
            for (signIn, path, state) in [
                ("{appRole: {role: role-1, secret: wrong}}", "shop/db", StoreError.State.signInRefused),
                ("{token: wrong}", "shop/db", .signInRefused),
                ("{appRole: {role: role-1, secret: secret-1}}", "other/db", .denied),
            ] {
                let store = try store(server, signIn, engine: "secret", .two)
                let error = await #expect(throws: StoreError.self) { try await store.read(Text(path), version: nil) }
                #expect(error?.state == state, "\(String(describing: error))")
            }
        }
    }

    @Test func `a lease that runs out is renewed, and replaced at its end`() async throws {
        try await BaoServer.with { server in
            try server.letIn(role: "role-1", secret: "secret-1")
            try put(server, "secret", "shop/db", canary)
            let store = try store(server, "{appRole: {role: role-1, secret: secret-1}}", engine: "secret", .two)
            // The lease of the role's tokens is four seconds.
            for _ in 0..<7 {
                #expect(try await store.read("shop/db", version: nil).number == 1)
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    @Test func `a rotated value reaches a host, a server that is killed empties nothing, a denied path is told`()
        async throws
    {
        try await BaoServer.with { server in
            try await TrialSite.with { site in
                try server.letIn(role: "role-1", secret: "secret-1")
                try put(server, "secret", "shop/db", canary)
                try prepare(site, server)
                let first = await site.trimtab("sync", "--once", "--fleet", site.folder.path + "/fleet")
                #expect(first.status == .success, "\(first.output)\(first.errors)")
                #expect(try site.read(deployed) == "password=\(canary)\n")
                try await rotateAndKill(site, server)
                try site.write(
                    Self.manifests.replacing("shop/db", with: "other/db"), to: "fleet/apps/web/database.yaml")
                let denied = await site.trimtab("sync", "--once")
                #expect(denied.output.contains("vault:other/db: denied"), "\(denied.output)")
                #expect(try site.read(deployed).contains(canary))
                #expect(try CanarySearch(canary).files(below: site.state) == [])
                #expect(try CanarySearch("secret-1").files(below: site.state) == ["stores/main.yaml: plain"])
            }
        }
    }

    private func rotateAndKill(_ site: TrialSite, _ server: BaoServer) async throws {
        let (deployed, canary) = (deployed, canary)
        try await site.withDaemon {
            try put(server, "secret", "shop/db", "\(canary)-second")
            try await site.wait { try site.read(deployed) == "password=\(canary)-second\n" }
            server.kill()
            try await site.wait { await site.trimtab("status").output.contains("vault:shop/db: unreachable") }
            #expect(try site.read(deployed) == "password=\(canary)-second\n")
            // It comes back and has forgotten all: the first version is older than what is known.
            try server.start()
            try server.letIn(role: "role-1", secret: "secret-1")
            try put(server, "secret", "shop/db", "\(canary)-lost")
            try await site.wait { await site.trimtab("status").output.contains("vault:shop/db: older") }
            #expect(try site.read(deployed) == "password=\(canary)-second\n")
            try put(server, "secret", "shop/db", "\(canary)-lost")
            try put(server, "secret", "shop/db", "\(canary)-third")
            try await site.wait { try site.read(deployed) == "password=\(canary)-third\n" }
            try await site.wait { await !site.trimtab("status").output.contains("vault:shop/db") }
        }
    }

    private let deployed = "fleet/sandbox/dev/srv/site/database.env"

    private static let manifests = """
        apiVersion: host.trimtab.dev/v1alpha1
        kind: File
        metadata: {name: database}
        spec:
          path: /srv/site/database.env
          content: |
            password=${password}
        ---
        apiVersion: secrets.trimtab.dev/v1alpha1
        kind: SecretMapping
        metadata: {name: database}
        spec:
          object: {kind: File, name: database}
          values:
            password: {store: vault, path: shop/db, key: value}

        """

    private func prepare(_ site: TrialSite, _ server: BaoServer) throws {
        try site.write(
            """
            kind: SecretStore
            metadata: {name: vault}
            spec:
              vault: {connection: main}
              interval: 1s
              allow: [{projects: [site], paths: ["**"]}]

            """, to: "fleet/platform/stores.yaml")
        try site.write(Self.manifests, to: "fleet/apps/web/database.yaml")
        try site.write(
            "address: \(server.address)\nsignIn: {appRole: {role: role-1, secret: secret-1}}\n",
            to: "state/stores/main.yaml")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: site.state + "/stores/main.yaml")
    }
}
