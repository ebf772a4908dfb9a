// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Glibc
import Manifest
import Synchronization
import TestSupport
import Testing

/// The program of a real OpenBao: `TRIMTAB_BAO` names it, and `scripts/lab/bao` fetches it.
enum RealBao {
    static let program = ProcessInfo.processInfo.environment["TRIMTAB_BAO"].flatMap { $0.isEmpty ? nil : $0 }
    static let token = "root-token-for-tests"
}

/// A real OpenBao in memory on a port of its own, which can be killed and started again. What it held is gone then, as
/// after the loss of a disk.
final class BaoServer: Sendable {
    static let program = RealBao.program

    let port: Int
    private let process = Mutex<Process?>(nil)

    var address: String { "http://127.0.0.1:\(port)" }

    private init(port: Int) { self.port = port }

    static func with(_ body: (BaoServer) async throws -> Void) async throws {
        let server = BaoServer(port: Int.random(in: 20_000..<30_000))
        try server.start()
        defer { server.kill() }
        try await body(server)
    }

    func start() throws {
        let server = Process()
        server.executableURL = URL(fileURLWithPath: try #require(Self.program))
        server.arguments = [
            "server", "-dev", "-dev-root-token-id=\(RealBao.token)", "-dev-listen-address=127.0.0.1:\(port)",
            "-dev-no-store-token",
        ]
        server.environment = ["HOME": "/nonexistent", "PATH": "/usr/bin:/bin"]
        server.standardOutput = FileHandle.nullDevice
        server.standardError = FileHandle.nullDevice
        try server.run()
        process.withLock { $0 = server }
        // Its engines are there as soon as they can be listed.
        let deadline = ContinuousClock.now + .seconds(30)
        while try run(["secrets", "list"]).status != 0 {
            guard server.isRunning, ContinuousClock.now < deadline else { throw CocoaError(.featureUnsupported) }
        }
    }

    func kill() {
        guard let server = process.withLock({ $0.take() }) else { return }
        _ = Glibc.kill(server.processIdentifier, SIGKILL)
        server.waitUntilExit()
    }

    /// Runs `bao` as its administrator, and expects that to work.
    func bao(_ arguments: String..., input: String? = nil) throws {
        let result = try run(arguments)
        #expect(result.status == 0, "bao \(arguments): \(result.text)")
    }

    private func run(_ arguments: [String]) throws -> TestProcess.Result {
        try TestProcess.run(
            Self.program ?? "", arguments,
            environment: [
                "BAO_ADDR": address, "BAO_TOKEN": RealBao.token, "HOME": "/nonexistent", "PATH": "/usr/bin:/bin",
            ])
    }

    /// An agent that may read what lies below `secret/shop`, by a role whose ids are those given.
    func letIn(role: String, secret: String) throws {
        try withShopPolicy { try bao("policy", "write", "shop", $0) }
        try bao("auth", "enable", "approle")
        try bao("write", "auth/approle/role/shop", "token_policies=shop", "token_ttl=4s", "token_max_ttl=60s")
        try bao("write", "auth/approle/role/shop/role-id", "role_id=\(role)")
        try bao("write", "auth/approle/role/shop/custom-secret-id", "secret_id=\(secret)")
    }

    func withShopPolicy(_ body: (String) throws -> Void) throws {
        let file = NSTemporaryDirectory() + "trimtab-policy-\(UUID().uuidString).hcl"
        let policy = """
            path "secret/data/shop/*" { capabilities = ["read"] }
            path "transit/decrypt/sops" { capabilities = ["update"] }

            """
        try Data(policy.utf8).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        try body(file)
    }

    /// A key of its transit engine that the role may decrypt with; its address.
    func makeTransitKey() throws -> String {
        try bao("secrets", "enable", "transit")
        try bao("write", "-f", "transit/keys/sops")
        return "\(address)/v1/transit/keys/sops"
    }

    /// Keys and values in a path, by way of a file: a value may be no argument.
    func put(_ path: String, _ value: String, in engine: String = "secret") throws {
        let file = NSTemporaryDirectory() + "trimtab-value-\(UUID().uuidString).json"
        try Data(JSON.write(["value": .string(Text(value))])).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        try bao("kv", "put", "-mount=\(engine)", path, "@\(file)")
    }
}
