// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
import Manifest
import NIOCore
import NIOSSL
import Synchronization

/// HTTP as it is spoken to what the operator has named: no redirects, a bounded time. Questions that come together share
/// connections, which are closed when nobody asks.
final class OutgoingClient: Sendable {
    /// Made for the first question: most commands have none.
    private let client = Mutex<HTTPClient?>(nil)

    init() {}

    deinit {
        // It ends by itself, once its connections are closed.
        let _: EventLoopFuture<Void>? = client.withLock { $0?.shutdown() }
    }

    /// What comes of a question within a time; `nil` when nothing has by then.
    func answer<Answer: Sendable>(
        within limit: Duration, _ ask: @escaping @Sendable (HTTPClient) async throws -> Answer
    ) async throws -> Answer? {
        let client = opened()
        return try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask { try await ask(client) }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next().flatMap(\.self)
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

    /// By the content of the file, not by its name: connections are shared only as long as it holds the same. `nil` when
    /// it holds no certificates that can be read.
    static func trust(in file: Text) -> TLSConfiguration? {
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(file.string) else { return nil }
        var security = TLSConfiguration.makeClientConfiguration()
        security.additionalTrustRoots = [.certificates(certificates)]
        return security
    }
}
