// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
import Manifest
import NIOCore
import NIOHTTP1
import NIOSSL
import Secrets
import Synchronization

/// HTTP as it is spoken to a Vault: no redirect, a bounded answer within a bounded time. Questions that come together
/// share connections, which are closed when nobody asks.
final class VaultTransport: Sendable {
    /// Made for the first question: most commands have none.
    private let client = Mutex<HTTPClient?>(nil)

    private static let limit = Duration.seconds(15)

    init() {}

    deinit {
        // It ends by itself, once its connections are closed.
        let _: EventLoopFuture<Void>? = client.withLock { $0?.shutdown() }
    }

    func send(_ request: VaultRequest) async throws(StoreError) -> VaultResponse {
        do {
            return try await withThrowingTaskGroup(of: VaultResponse?.self) { group in
                group.addTask { try await self.exchange(request) }
                group.addTask {
                    try await Task.sleep(for: Self.limit)
                    return nil
                }
                defer { group.cancelAll() }
                guard let first = try await group.next(), let response = first else {
                    throw StoreError(.slow, "\(Self.host(of: request)): did not answer within 15 seconds")
                }
                return response
            }
        } catch let error as StoreError {
            throw error
        } catch let error as HTTPClientError where error == .readTimeout || error == .deadlineExceeded {
            throw StoreError(.slow, "\(Self.host(of: request)): did not answer in time")
        } catch is NIOTooManyBytesError {
            throw StoreError(
                .tooLarge, "\(Self.host(of: request)): answered with more than \(VaultResponse.limit) bytes")
        } catch {
            throw StoreError(.unreachable, "\(Self.host(of: request)): \(Text(Self.reason(for: error)))")
        }
    }

    private func opened() -> HTTPClient {
        client.withLock { client in
            if let client { return client }
            var configuration = HTTPClient.Configuration(
                redirectConfiguration: .disallow,
                timeout: HTTPClient.Configuration.Timeout(connect: .seconds(5), read: .seconds(10)),
                connectionPool: HTTPClient.Configuration.ConnectionPool(idleTimeout: .seconds(5)))
            configuration.httpVersion = .http1Only
            let made = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            client = made
            return made
        }
    }

    private func exchange(_ request: VaultRequest) async throws -> VaultResponse {
        var message = HTTPClientRequest(url: request.url.string)
        message.method = HTTPMethod(rawValue: request.method.rawValue)
        if let file = request.certificateAuthority { message.tlsConfiguration = try Self.security(trusting: file) }
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
        let response = try await opened().execute(message, timeout: .seconds(15))
        let body = try await response.body.collect(upTo: VaultResponse.limit)
        return VaultResponse(
            status: Int(response.status.code),
            retryAfter: response.headers.first(name: "retry-after").flatMap(Int.init),
            body: Secret(Array(body.readableBytesView)))
    }

    /// By their content, not by the file: connections are shared only as long as it holds the same.
    private static func security(trusting file: Text) throws -> TLSConfiguration {
        var security = TLSConfiguration.makeClientConfiguration()
        do { security.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(file.string))] } catch {
            throw StoreError(.unconfigured, "\(file): holds no certificates that can be read")
        }
        return security
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
