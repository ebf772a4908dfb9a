// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Foundation
import Manifest
import Model
import Secrets
import TestSupport
import Testing

@testable import Assembly

/// Files whose key a transit engine holds, and the projects that an agent's connection to it is for.
@Suite struct ProjectTransitTests {
    /// A transit engine that hides nothing: what it "encrypts" is what it is given. Every role has its name as its token.
    private static let script: ScriptedServer.Script = { request in
        guard let body = try? JSON.read(request.body) else { return ScriptedServer.Reply(400) }
        switch request.path {
        case "/v1/auth/approle/login":
            let role = body["role_id"]?.stringValue ?? ""
            return .json(#"{"auth": {"client_token": "\#(role)", "lease_duration": 3600, "renewable": true}}"#)
        case "/v1/transit/encrypt/sops":
            return .json(#"{"data": {"ciphertext": "vault:v1:\#(body["plaintext"]?.stringValue ?? "")"}}"#)
        case "/v1/transit/decrypt/sops":
            let plain = (body["ciphertext"]?.stringValue ?? "").string.dropFirst("vault:v1:".count)
            return .json(#"{"data": {"plaintext": "\#(plain)"}}"#)
        default: return ScriptedServer.Reply(404)
        }
    }

    private struct Trial {
        let server: ScriptedServer
        let state: URL
        let file: [UInt8]
        let keys: AgentKeys

        /// Describes a connection to the server.
        func connect(_ name: String, role: String, _ more: String) throws {
            let path = state.appending(path: "stores/\(name).yaml")
            try FileManager.default.createDirectory(
                at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
            let signIn = "signIn: {appRole: {role: \(role), secret: s}}"
            _ = FileManager.default.createFile(
                atPath: path.path, contents: Data("address: \(server.address)\n\(signIn)\n\(more)\n".utf8),
                attributes: [.posixPermissions: 0o600])
        }

        func open(_ project: String) async throws -> String {
            let ring = try keys.ring(for: name(project))
            return try await SOPS.decrypt(file, .yaml, with: ring).bytes().withExposed {
                String(decoding: $0, as: UTF8.self)
            }
        }

        /// Who has asked the engine to decrypt, in order.
        var roles: [String] {
            server.requests.filter { $0.path.contains("/decrypt/") }.map { $0.header("x-vault-token") ?? "" }
        }
    }

    private func with(_ body: (Trial) async throws -> Void) async throws {
        try await ScriptedServer.with(Self.script) { server in
            try await withScratchFolder { state in
                let key = try #require(TransitKey(parsing: Text("\(server.address)/v1/transit/keys/sops")))
                let ring = KeyRing(transit: Transit(token: Secret("admin"), send: VaultTransport().send))
                let metadata = SOPSMetadata(
                    groups: [[MasterKey(.transit(key))]], rule: .standard, macOnlyEncrypted: false)
                let file = try await SOPS.encrypt(
                    Array("a: canary-6f\n".utf8), .yaml, metadata, with: ring, now: "2026-11-27T03:04:05Z")
                let readers = StoreReaders(
                    state: state.path, fingerprints: SecretFingerprints(key: [UInt8](repeating: 3, count: 32)),
                    clocks: .system)
                let transit = AgentTransit(readers)
                let keys = AgentKeys(state: state.path, countsUser: false) { transit.transit(for: $0) }
                try await body(Trial(server: server, state: state, file: file, keys: keys))
            }
        }
    }

    @Test func `a connection opens files of the projects that it names, and of no other`() async throws {
        try await with { trial in
            try trial.connect("main", role: "agent", "projects: [shop]")
            #expect(try await trial.open("shop") == "a: canary-6f\n")
            let error = await #expect(throws: SecretsError.self) { try await trial.open("ledger") }
            let words = error?.description ?? ""
            #expect(words.contains("hc_vault \(trial.server.address)/v1/transit/keys/sops"), "\(words)")
            #expect(words.contains("project ledger may not use it") && words.contains("/stores/main.yaml"), "\(words)")
            #expect(!words.contains("canary") && !words.contains("agent\""))
            #expect(trial.roles == ["agent"], "the engine was not asked for ledger")
        }
    }

    @Test func `a connection that names no project is the platform's stores' alone`() async throws {
        try await with { trial in
            try trial.connect("main", role: "agent", "")
            let error = await #expect(throws: SecretsError.self) { try await trial.open("shop") }
            #expect(error?.description.contains("project shop may not use it") == true)
            #expect(trial.roles.isEmpty)
        }
    }

    @Test func `each project's files are opened by its own connection to the same server`() async throws {
        try await with { trial in
            try trial.connect("a-platform", role: "platform", "")
            try trial.connect("b-ledger", role: "ledger-role", "projects: [ledger]")
            try trial.connect("c-shop", role: "shop-role", "projects: [shop, web]")
            for project in ["shop", "ledger", "web", "shop"] {
                #expect(try await trial.open(project) == "a: canary-6f\n")
            }
            #expect(trial.roles == ["shop-role", "ledger-role", "shop-role", "shop-role"])
            let signIns = trial.server.requests.count { $0.path == "/v1/auth/approle/login" }
            #expect(signIns == 2, "one for each connection that is used")
        }
    }

    @Test func `a project that a connection names no more opens nothing from then on`() async throws {
        try await with { trial in
            try trial.connect("main", role: "agent", "projects: [shop]")
            _ = try await trial.open("shop")
            try trial.connect("main", role: "agent", "projects: [ledger]")
            await #expect(throws: SecretsError.self) { try await trial.open("shop") }
            #expect(trial.roles == ["agent"])
        }
    }
}
