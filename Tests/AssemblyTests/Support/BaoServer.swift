// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
import Foundation
import Glibc
import Manifest
import NIOCore
import NIOHTTP1
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
        try await server.start()
        defer { server.kill() }
        try await body(server)
    }

    func start() async throws {
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
        // Its engine for keys and values comes last.
        let deadline = ContinuousClock.now + .seconds(30)
        while await (try? ask(.GET, "secret/config"))?.status != .ok {
            guard server.isRunning, ContinuousClock.now < deadline else { throw CocoaError(.featureUnsupported) }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    func kill() {
        guard let server = process.withLock({ $0.take() }) else { return }
        _ = Glibc.kill(server.processIdentifier, SIGKILL)
        server.waitUntilExit()
    }

    /// Asks for something as its administrator, and expects that to work.
    func post(_ path: String, _ body: Value = [:]) async throws {
        let answer = try await ask(.POST, path, body)
        #expect((200..<300).contains(answer.status.code), "\(path): \(answer.status)")
    }

    private func ask(_ method: HTTPMethod, _ path: String, _ body: Value? = nil) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: "\(address)/v1/\(path)")
        request.method = method
        request.headers.add(name: "X-Vault-Token", value: RealBao.token)
        if let body { request.body = .bytes(ByteBuffer(bytes: JSON.write(body))) }
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        _ = try await answer.body.collect(upTo: 1 << 20)
        return answer
    }

    /// An agent that may read what lies below `secret/shop`, by a role whose ids are those given.
    func letIn(role: Text, secret: Text) async throws {
        try await allowShop()
        try await post("sys/auth/approle", ["type": "approle"])
        try await post(
            "auth/approle/role/shop", ["token_policies": "shop", "token_ttl": "4s", "token_max_ttl": "60s"])
        try await post("auth/approle/role/shop/role-id", ["role_id": .string(role)])
        try await post("auth/approle/role/shop/custom-secret-id", ["secret_id": .string(secret)])
    }

    /// The policy `shop`.
    func allowShop() async throws {
        let policy: Text = """
            path "secret/data/shop/*" { capabilities = ["read"] }
            path "transit/decrypt/sops" { capabilities = ["update"] }

            """
        try await post("sys/policies/acl/shop", ["policy": .string(policy)])
    }

    /// A key of its transit engine that the role may decrypt with; its address.
    func makeTransitKey() async throws -> String {
        try await post("sys/mounts/transit", ["type": "transit"])
        try await post("transit/keys/sops")
        return "\(address)/v1/transit/keys/sops"
    }

    /// The value of a path in the engine for keys and values: in one of the second edition, another version of it.
    func put(_ path: String, _ value: String, in engine: String = "secret") async throws {
        let values: Value = ["value": .string(Text(value))]
        if engine == "secret" {
            try await post("secret/data/\(path)", ["data": values])
        } else {
            try await post("\(engine)/\(path)", values)
        }
    }
}
