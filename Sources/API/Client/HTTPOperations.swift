// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
import Manifest
import Model
import NIOCore
import NIOHTTP1
import NIOSSL

/// An engine behind a socket.
package struct HTTPOperations: Sendable {
    private let client: HTTPClient
    private let endpoint: Endpoint
    private let token: Secret<Text>?

    private static let largestAnswer = 64 << 20

    /// Connects when first asked, and closes when `body` is through.
    package static func with<Result: Sendable>(
        _ endpoint: Endpoint, showing credentials: Credentials? = nil, _ body: (HTTPOperations) async throws -> Result
    ) async throws -> Result {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(5)))
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        // Who waits for a connection gives up after the time that is for making one, however long acts may take.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        if let authorities = credentials?.authorities {
            configuration.tlsConfiguration = try trusting(authorities)
        }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(
                try await body(HTTPOperations(client: client, endpoint: endpoint, token: credentials?.token)))
        } catch {
            result = .failure(error)
        }
        try? await client.shutdown()
        return try result.get()
    }

    /// The same for a server on the network.
    package static func with<Result: Sendable>(
        _ remote: RemoteEngine, _ body: (HTTPOperations) async throws -> Result
    ) async throws -> Result {
        try await with(.network(try RemoteEngine.address(remote.server)), showing: remote.credentials, body)
    }

    private static func trusting(_ file: Text) throws(APIError) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        do {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file.string))
        } catch {
            throw APIError(.invalid, "\(file): holds no certificates in PEM that can be read")
        }
        return configuration
    }

    func ask<Granted, Input, Output>(
        _ route: Route<Granted, Input, Output>, _ input: Input
    ) async throws(APIError) -> Output {
        let wire = input.wire
        var request = HTTPClientRequest(
            url: endpoint.url(path: route.path, query: route.method == .get ? Query.write(wire) : ""))
        request.method = HTTPMethod(rawValue: route.method.rawValue)
        request.headers.add(name: "accept", value: "application/json")
        if let token { request.headers.add(name: "authorization", value: token.withExposed { "Bearer \($0)" }) }
        if route.method == .post {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(JSON.write(wire))
        }
        let answer = try await send(request, within: route.deadline)
        let value = try read(answer.body)
        guard answer.status == 200 else { throw failure(status: answer.status, value) }
        do {
            return try Output(wire: value)
        } catch {
            throw APIError(
                .failed, Text("\(endpoint) answered something that is not understood: \(error)"),
                advice: "use the same version of trimtab as the daemon")
        }
    }

    private struct Answer: Sendable {
        var status: Int
        var body: [UInt8]
    }

    private func send(_ request: HTTPClientRequest, within limit: Duration) async throws(APIError) -> Answer {
        do {
            return try await withDeadline(limit, of: Text("\(endpoint)")) {
                let response = try await client.execute(request, timeout: .nanoseconds(limit.nanoseconds))
                let body = try await response.body.collect(upTo: Self.largestAnswer)
                return Answer(status: Int(response.status.code), body: Array(body.readableBytesView))
            }
        } catch let error as APIError {
            throw error
        } catch is NIOTooManyBytesError {
            throw APIError(
                .tooLarge, Text("\(endpoint) answered more than \(Self.largestAnswer >> 20) MB"),
                advice: "ask for fewer units")
        } catch is CancellationError {
            throw APIError(.failed, "cancelled")
        } catch {
            throw APIError(error, asking: endpoint)
        }
    }

    private func read(_ body: [UInt8]) throws(APIError) -> Value {
        let budget = Budget(bytes: Self.largestAnswer, depth: 128, nodes: 8_000_000, documents: 1)
        do {
            return try JSON.read(body, budget: budget)
        } catch {
            throw APIError(.unavailable, Text("\(endpoint) does not speak Trimtab's API: \(error)"))
        }
    }

    private func failure(status: Int, _ value: Value) -> APIError {
        if let error = try? APIError(wire: value["error"] ?? .null) { return error }
        return APIError(.unavailable, Text("\(endpoint) answered with status \(status)"))
    }
}
