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
            fingerprints: SecretFingerprints(key: [UInt8](repeating: 3, count: 32)), send: VaultTransport().send,
            readFile: { _ throws(StoreError) in [] }, now: Clocks.system.monotonic)
    }

    @Test func `both editions of its engine for keys and values conform`() async throws {
        try await BaoServer.with { server in
            try await server.post("sys/mounts/old", ["type": "kv", "options": ["version": "1"]])
            let token = "{token: \(RealBao.token)}"
            let new = try store(server, token, engine: "secret", .two)
            try await SecretStoreConformance(new) { try await server.put($0.string, $1) }.run()
            let old = try store(server, token, engine: "old", .one)
            try await SecretStoreConformance(old) { try await server.put($0.string, $1, in: "old") }.run()
        }
    }

    @Test func `it is signed in to by a role, by a user and by a token`() async throws {
        try await BaoServer.with { server in
            try await server.letIn(role: "role-1", secret: "secret-1")
            try await server.post("sys/auth/userpass", ["type": "userpass"])
            try await server.post("auth/userpass/users/alice", ["password": "wonder", "token_policies": "shop"])
            try await server.put("shop/db", canary)
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
            try await server.letIn(role: "role-1", secret: "secret-1")
            try await server.put("shop/db", canary)
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
                try await server.letIn(role: "role-1", secret: "secret-1")
                try await server.put("shop/db", canary)
                try site.declareStore("vault", "vault: {connection: main}")
                try site.declareDatabase(in: "vault", path: "shop/db")
                try site.connect(to: server.address)
                let first = await site.trimtab("sync", "--once", "--fleet", site.folder.path + "/fleet")
                #expect(first.status == .success, "\(first.output)\(first.errors)")
                #expect(try site.read(TrialSite.database) == "password=\(canary)\n")
                try await rotateAndKill(site, server)
                try site.declareDatabase(in: "vault", path: "other/db")
                let denied = await site.trimtab("sync", "--once")
                #expect(denied.output.contains("vault:other/db: denied"), "\(denied.output)")
                #expect(try site.read(TrialSite.database).contains(canary))
                #expect(try CanarySearch(canary).files(below: site.state) == [])
                #expect(try CanarySearch("secret-1").files(below: site.state) == ["stores/main.yaml: plain"])
            }
        }
    }

    private func rotateAndKill(_ site: TrialSite, _ server: BaoServer) async throws {
        let canary = canary
        try await site.withDaemon {
            try await server.put("shop/db", "\(canary)-second")
            try await site.wait { try site.read(TrialSite.database) == "password=\(canary)-second\n" }
            server.kill()
            try await site.wait { await site.trimtab("status").output.contains("vault:shop/db: unreachable") }
            #expect(try site.read(TrialSite.database) == "password=\(canary)-second\n")
            // It comes back and has forgotten all: the first version is older than what is known.
            try await server.start()
            try await server.letIn(role: "role-1", secret: "secret-1")
            try await server.put("shop/db", "\(canary)-lost")
            try await site.wait { await site.trimtab("status").output.contains("vault:shop/db: older") }
            #expect(try site.read(TrialSite.database) == "password=\(canary)-second\n")
            try await server.put("shop/db", "\(canary)-lost")
            try await server.put("shop/db", "\(canary)-third")
            try await site.wait { try site.read(TrialSite.database) == "password=\(canary)-third\n" }
            try await site.wait { await !site.trimtab("status").output.contains("vault:shop/db") }
        }
    }
}
