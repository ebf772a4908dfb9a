// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
import Identity
import Manifest
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// HTTP as it is spoken to a provider of identities: no redirect, a bounded answer within a bounded time.
final class ProviderTransport: Sendable {
    /// Made for the first question.
    private let client = Mutex<HTTPClient?>(nil)

    private static let limit = Duration.seconds(10)

    init() {}

    deinit {
        // It ends by itself, once its connections are closed.
        let _: EventLoopFuture<Void>? = client.withLock { $0?.shutdown() }
    }

    @Sendable func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderResponse {
        do {
            return try await withThrowingTaskGroup(of: ProviderResponse?.self) { group in
                group.addTask { try await self.exchange(request) }
                group.addTask {
                    try await Task.sleep(for: Self.limit)
                    return nil
                }
                defer { group.cancelAll() }
                guard let first = try await group.next(), let response = first else {
                    throw ProviderError(.unreachable, "\(request.url): did not answer within 10 seconds")
                }
                return response
            }
        } catch let error as ProviderError {
            throw error
        } catch is NIOTooManyBytesError {
            throw ProviderError(
                .unusable, "\(request.url): answered with more than \(ProviderResponse.limit >> 10) kB")
        } catch let error as HTTPClientError {
            throw ProviderError(.unreachable, "\(request.url): \(Text(error.shortDescription))")
        } catch {
            throw ProviderError(.unreachable, "\(request.url): \(Text("\(error)"))")
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

    private func exchange(_ request: ProviderRequest) async throws -> ProviderResponse {
        var message = HTTPClientRequest(url: request.url.string)
        message.headers.add(name: "accept", value: "application/json")
        message.headers.add(name: "user-agent", value: "trimtab")
        if let file = request.certificateAuthority { message.tlsConfiguration = try Self.security(trusting: file) }
        request.authorization?.withExposed { message.headers.add(name: "authorization", value: $0.string) }
        request.form?.withExposed { form in
            message.method = .POST
            message.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
            message.body = .bytes(ByteBuffer(bytes: form))
        }
        let response = try await opened().execute(message, timeout: .seconds(10))
        let body = try await response.body.collect(upTo: ProviderResponse.limit)
        return ProviderResponse(status: Int(response.status.code), body: Secret(Array(body.readableBytesView)))
    }

    private static func security(trusting file: Text) throws -> TLSConfiguration {
        var security = TLSConfiguration.makeClientConfiguration()
        do { security.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(file.string))] } catch {
            throw ProviderError(.unusable, "\(file): holds no certificates that can be read")
        }
        return security
    }
}
