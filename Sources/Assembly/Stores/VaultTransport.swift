// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
import Manifest
import NIOCore
import NIOHTTP1
import NIOSSL
import Secrets

/// HTTP as it is spoken to a Vault: no redirect, a bounded answer within a bounded time.
enum VaultTransport {
    private static let limit = Duration.seconds(15)

    static func send(_ request: VaultRequest) async throws(StoreError) -> VaultResponse {
        do {
            return try await withThrowingTaskGroup(of: VaultResponse?.self) { group in
                group.addTask { try await exchange(request) }
                group.addTask {
                    try await Task.sleep(for: limit)
                    return nil
                }
                defer { group.cancelAll() }
                guard let first = try await group.next(), let response = first else {
                    throw StoreError(.slow, "\(host(of: request)): did not answer within 15 seconds")
                }
                return response
            }
        } catch let error as StoreError {
            throw error
        } catch let error as HTTPClientError where error == .readTimeout || error == .deadlineExceeded {
            throw StoreError(.slow, "\(host(of: request)): did not answer in time")
        } catch is NIOTooManyBytesError {
            throw StoreError(.tooLarge, "\(host(of: request)): answered with more than \(VaultResponse.limit) bytes")
        } catch {
            throw StoreError(.unreachable, "\(host(of: request)): \(Text(reason(for: error)))")
        }
    }

    private static func exchange(_ request: VaultRequest) async throws -> VaultResponse {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(5), read: .seconds(10)))
        configuration.httpVersion = .http1Only
        if let file = request.certificateAuthority {
            var security = TLSConfiguration.makeClientConfiguration()
            security.additionalTrustRoots = [.file(file.string)]
            configuration.tlsConfiguration = security
        }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<VaultResponse, any Error>
        do { result = .success(try await exchange(request, by: client)) } catch { result = .failure(error) }
        try? await client.shutdown()
        return try result.get()
    }

    private static func exchange(_ request: VaultRequest, by client: HTTPClient) async throws -> VaultResponse {
        var message = HTTPClientRequest(url: request.url.string)
        message.method = HTTPMethod(rawValue: request.method.rawValue)
        message.headers.add(name: "user-agent", value: "trimtab")
        message.headers.add(name: "X-Vault-Request", value: "true")
        if let namespace = request.namespace {
            message.headers.add(name: "X-Vault-Namespace", value: namespace.string)
        }
        request.token?.withExposed { message.headers.add(name: "X-Vault-Token", value: $0.string) }
        request.body?.withExposed { body in
            message.headers.add(name: "content-type", value: "application/json")
            message.body = .bytes(ByteBuffer(bytes: body))
        }
        let response = try await client.execute(message, timeout: .seconds(15))
        let body = try await response.body.collect(upTo: VaultResponse.limit)
        return VaultResponse(
            status: Int(response.status.code),
            retryAfter: response.headers.first(name: "retry-after").flatMap(Int.init),
            body: Secret(Array(body.readableBytesView)))
    }

    /// The address without a path: what is asked is named by whoever asks.
    private static func host(of request: VaultRequest) -> Text {
        let parts = request.url.string.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return Text(parts.prefix(3).joined(separator: "/"))
    }

    private static func reason(for error: any Error) -> String {
        if let error = error as? HTTPClientError { return error.shortDescription }
        return "\(error)"
    }
}
