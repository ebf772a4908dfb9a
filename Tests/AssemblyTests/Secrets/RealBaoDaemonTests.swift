// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Commands
import Crypto
import Foundation
import Manifest
import Secrets
import TestSupport
import Testing

@testable import Assembly

/// A daemon and a real OpenBao.
@Suite(.serialized, .enabled(if: RealBao.program != nil, "TRIMTAB_BAO names no bao"), .timeLimit(.minutes(10)))
struct RealBaoDaemonTests {
    private let canary = "canary-\(UInt32.random(in: 0...UInt32.max))-daemon"

    private func with(_ body: @Sendable @escaping (BaoServer, TrialSite) async throws -> Void) async throws {
        try await BaoServer.with { server in
            try await TrialSite.with { site in
                try await server.letIn(role: "role-1", secret: "secret-1")
                try site.connect(to: server.address)
                try await body(server, site)
                #expect(try CanarySearch(canary).files(below: site.state) == [])
            }
        }
    }

    private func deploy(_ site: TrialSite) async {
        let run = await site.trimtab("sync", "--once", "--fleet", site.folder.path + "/fleet")
        #expect(run.status == .success, "\(run.output)\(run.errors)")
    }

    @Test func `an agent that starts while the server is dead waits for it, and changes nothing`() async throws {
        let canary = canary
        try await with { server, site in
            try await server.put("shop/db", canary)
            try site.declareStore("vault", "vault: {connection: main}")
            try site.declareDatabase(in: "vault", path: "shop/db")
            await deploy(site)
            server.kill()
            let dead = await site.trimtab("sync", "--once")
            #expect(dead.status == .failure && dead.output.contains("vault:shop/db: unreachable (since 2"))
            let since = try #require(
                dead.output.firstRange(of: "(since ").map { dead.output[$0.upperBound...].prefix(24) })
            try await site.withDaemon {
                let wanted = "vault:shop/db: unreachable (since \(since)"
                try await site.wait { try await reason(site).contains(wanted) }
                let unit = try #require(try await site.unit("web@dev"))
                #expect(unit["sync"] == "Pending" && unit["problems"]?.arrayValue?.isEmpty ?? true, "\(unit)")
                #expect(try site.read(TrialSite.database) == "password=\(canary)\n")
                #expect(await site.trimtab("log", "--kind", "renderFailed").output.isEmpty)
                #expect(try await site.get("/metrics").contains("trimtab_stale_secrets 1"))
                try await server.start()
                try await server.letIn(role: "role-1", secret: "secret-1")
                try await server.put("shop/db", "\(canary)-back")
                try await site.wait { try site.read(TrialSite.database) == "password=\(canary)-back\n" }
                try await site.wait { try await site.unit("web@dev")?["sync"] == "InSync" }
            }
            // A server that is up again and knows nobody yet fails in another way, which is news; this one is told once,
            // whatever processes have seen it.
            let log = await site.trimtab("log", "--kind", "storeFailed", "--kind", "storeRecovered", "--output", "json")
            let lines = log.output.split(separator: "\n")
            #expect(lines.count { $0.contains("storeFailed") && $0.contains("\"unreachable\"") } == 1, "\(log.output)")
            #expect(lines.count { $0.contains("storeRecovered") } == 1, "\(log.output)")
        }
    }

    private func reason(_ site: TrialSite) async throws -> String {
        try await site.unit("web@dev")?["block"]?["reason"]?.stringValue?.string ?? ""
    }

    @Test func `a file that the transit engine opens is deployed by the daemon, which signs in by its connection`()
        async throws
    {
        let canary = canary
        try await with { server, site in
            let key = try await server.makeTransitKey()
            try site.connect(to: server.address, projects: "[site]")
            let file = """
                apiVersion: host.trimtab.dev/v1alpha1
                kind: File
                metadata: {name: database}
                spec:
                  path: /srv/site/database.env
                  content: \(canary)

                """
            let ring = KeyRing(transit: Transit(token: Secret(Text(RealBao.token)), send: VaultTransport().send))
            let encrypted = try await encrypt(
                file, to: .transit(try #require(TransitKey(parsing: Text(key)))), with: ring)
            #expect(encrypted.contains("hc_vault") && !encrypted.contains(canary))
            try site.write(encrypted, to: "fleet/apps/web/database.yaml")
            let (fleet, database) = (site.folder.path + "/fleet", site.folder.path + "/" + TrialSite.database)
            try await site.withDaemon(fleet: fleet) {
                try await site.wait { FileManager.default.fileExists(atPath: database) }
                #expect(try site.read(TrialSite.database) == canary)
                try site.write("drift", to: TrialSite.database)
                try await site.wait { try site.read(TrialSite.database) == canary }
                let audit = await site.trimtab("secrets", "where-used", key)
                #expect(audit.output.contains("example/web@dev"), "\(audit.output)")
            }
            try site.connect(
                to: server.address, signIn: "{appRole: {role: role-1, secret: wrong}}", projects: "[site]")
            try site.write("drift", to: TrialSite.database)
            let refused = await site.trimtab("sync", "--once")
            #expect(refused.output.contains("signing in by approle was refused"), "\(refused.output)")
        }
    }

    @Test func `it is signed in to by a token that somebody it trusts has signed`() async throws {
        let canary = canary
        try await with { server, site in
            let key = P256.Signing.PrivateKey()
            try await server.post("sys/auth/jwt", ["type": "jwt"])
            try await server.post(
                "auth/jwt/config", ["jwt_validation_pubkeys": .string(Text(key.publicKey.pemRepresentation))])
            try await server.post(
                "auth/jwt/role/agent",
                [
                    "role_type": "jwt", "user_claim": "sub", "bound_audiences": "trimtab", "token_policies": "shop",
                    "token_ttl": "60s",
                ])
            try await server.put("shop/db", canary)
            try site.declareStore("vault", "vault: {connection: main}")
            try site.declareDatabase(in: "vault", path: "shop/db")
            try site.connect(
                to: server.address, signIn: "{jwt: {role: agent, tokenFile: \(site.folder.path)/state/token}}")
            try site.writePrivate(try token(for: "trimtab", by: key), to: "state/token")
            await deploy(site)
            #expect(try site.read(TrialSite.database) == "password=\(canary)\n")
            // One for somebody else lets nobody in.
            try site.writePrivate(try token(for: "others", by: key), to: "state/token")
            let refused = await site.trimtab("sync", "--once")
            #expect(refused.output.contains("vault:shop/db: sign-in-refused"), "\(refused.output)")
            #expect(try site.read(TrialSite.database) == "password=\(canary)\n")
        }
    }

    /// RFC 7515 with ES256.
    private func token(for audience: String, by key: P256.Signing.PrivateKey) throws -> String {
        let now = Int(Date.now.timeIntervalSince1970)
        let claims = #"{"iss":"t","sub":"agent","aud":"\#(audience)","iat":\#(now),"exp":\#(now + 300)}"#
        let signed = [#"{"alg":"ES256","typ":"JWT"}"#, claims].map { base64(Array($0.utf8)) }.joined(separator: ".")
        return signed + "." + base64(Array(try key.signature(for: Data(signed.utf8)).rawRepresentation))
    }

    private func base64(_ bytes: [UInt8]) -> String {
        Base64.encode(bytes, .unpadded).replacing("+", with: "-").replacing("/", with: "_")
    }
}

/// A manifest whose content is encrypted to one key.
func encrypt(
    _ plain: String, _ format: SOPS.Format = .yaml, _ regex: Text? = "^(content|data|stringData)$",
    to key: MasterKey.Kind, with ring: KeyRing
) async throws -> String {
    let rule = try regex.map { try EncryptionRule(in: ["encrypted_regex": .string($0)]) } ?? .standard
    let metadata = SOPSMetadata(groups: [[MasterKey(key)]], rule: rule, macOnlyEncrypted: false)
    let file = try await SOPS.encrypt(Array(plain.utf8), format, metadata, with: ring, now: "2026-11-27T03:04:05Z")
    return String(decoding: file, as: UTF8.self)
}
