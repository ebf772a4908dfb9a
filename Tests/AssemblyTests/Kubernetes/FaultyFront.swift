// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
import Foundation
import Manifest
import NIOCore
import NIOHTTP1
import TestSupport

@testable import KubernetesClient

/// Stands before a real API server, speaks to it as its administrator, and fails as it is told: for storms and cut
/// connections, which no server shows on demand.
struct FaultyFront: Sendable {
    enum Fault: Sendable {
        case none
        /// Not carried out.
        case answer(Int)
        /// Carried out, and nobody learns of it.
        case loseAnswer
    }

    typealias Judge = @Sendable (ScriptedServer.Request) async -> Fault

    private let client: HTTPClient
    private let connection: Connection
    private let identity: Identity

    /// A front that lives as long as the closure.
    static func with(_ judge: @escaping Judge, _ body: (ScriptedServer) async throws -> Void) async throws {
        let connection = try await TestCluster.connection()
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        let front = FaultyFront(
            client: client, connection: connection, identity: try await Identity.make(for: connection, number: 1))
        let result: Result<Void, any Error>
        do {
            try await ScriptedServer.with({ await front.answer($0, judge) }, body)
            result = .success(())
        } catch { result = .failure(error) }
        try await client.shutdown()
        try result.get()
    }

    private func answer(_ request: ScriptedServer.Request, _ judge: Judge) async -> ScriptedServer.Reply? {
        switch await judge(request) {
        case .none: return try? await forward(request)
        case .answer(let status): return ScriptedServer.Reply(status, headers: [("retry-after", "0")])
        case .loseAnswer:
            _ = try? await forward(request)
            return nil
        }
    }

    private func forward(_ request: ScriptedServer.Request) async throws -> ScriptedServer.Reply {
        var outgoing = HTTPClientRequest(url: connection.server.origin(host: connection.serverName) + request.uri)
        outgoing.method = HTTPMethod(rawValue: request.method)
        outgoing.tlsConfiguration = identity.tls
        let ofConnection = ["host", "connection", "transfer-encoding", "content-length", "authorization"]
        for header in request.headers where !ofConnection.contains(header.name.lowercased()) {
            outgoing.headers.add(name: header.name, value: header.value)
        }
        if !request.body.isEmpty { outgoing.body = .bytes(request.body) }
        let response = try await client.execute(outgoing, timeout: .minutes(10))
        let ofAnswer = ["content-type", "retry-after", "warning"]
        let headers = response.headers.filter { ofAnswer.contains($0.name.lowercased()) }
        var reply = ScriptedServer.Reply(Int(response.status.code), headers: headers.map { ($0.name, $0.value) })
        reply.stream = { write in
            for try await buffer in response.body { try await write(Array(buffer.readableBytesView)) }
        }
        return reply
    }

    /// What an agent needs to go through it.
    static func kubeconfig(_ address: String) -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: front
        clusters: [{name: front, cluster: {server: "\(address)"}}]
        users: [{name: front, user: {}}]
        contexts: [{name: front, context: {cluster: front, user: front}}]

        """
    }
}
