// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
package import Helm
package import Manifest
import NIOCore
import NIOHTTP1
import NIOSSL
import SystemPackage

/// HTTP as it is spoken to chart repositories: no cookies, no step back from encryption, credentials for nobody but whom
/// they are bound to.
package struct HTTPChartTransport: ChartTransport {
    private let servers: ChartServers
    private let limit: Duration

    private static let redirectLimit = 5

    /// - Parameter limit: how long one file may take.
    package init(servers: ChartServers, limit: Duration = .seconds(60)) {
        self.servers = servers
        self.limit = limit
    }

    package func get(_ text: String, by credentials: Text?, limit size: Int) async throws(HelmError) -> [UInt8] {
        guard let address = ChartAddress(text) else {
            throw .repository(Text(text), reason: "is no address of a chart repository", isTransient: false)
        }
        do {
            return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
                group.addTask { try await fetch(address, by: credentials, size) }
                group.addTask { [limit] in
                    try await Task.sleep(for: limit)
                    return nil
                }
                defer { group.cancelAll() }
                guard let first = try await group.next(), let bytes = first else {
                    throw Self.failure(address, "did not answer within \(limit.components.seconds) seconds")
                }
                return bytes
            }
        } catch let error as HelmError {
            throw error
        } catch is CancellationError {
            throw .cancelled
        } catch let error as HTTPClientError where error == .readTimeout || error == .deadlineExceeded {
            throw Self.failure(address, "did not answer in time")
        } catch {
            throw Self.failure(address, "\(error)")
        }
    }

    private func fetch(_ start: ChartAddress, by credentials: Text?, _ size: Int) async throws -> [UInt8] {
        var address = start
        for _ in 0...Self.redirectLimit {
            // Each one anew: a redirect may lead to another server.
            let access = try await servers.access(to: address, by: credentials)
            switch try await ask(address, access, size) {
            case .content(let bytes): return bytes
            case .elsewhere(let next): address = next
            case .refused(let status):
                var reason = "answers with status \(status)"
                if let credentials {
                    reason +=
                        access.authorization == nil
                        ? "; the credentials \(credentials) are bound to another server and were not sent"
                        : " to the credentials \(credentials)"
                }
                throw Self.failure(address, reason, isTransient: false)
            }
        }
        throw Self.failure(start, "redirects more than \(Self.redirectLimit) times", isTransient: false)
    }

    private enum Answer {
        case content([UInt8])
        case elsewhere(ChartAddress)
        case refused(UInt)
    }

    private func ask(_ address: ChartAddress, _ access: ChartServers.Access, _ size: Int) async throws -> Answer {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(10), read: .seconds(20)))
        configuration.httpVersion = .http1Only
        // What was checked is what is connected to, so that a name cannot mean another address a moment later.
        if let place = access.place { configuration.dnsOverride = [address.host: place] }
        if let authorities = servers.authorities {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(authorities.string)
            configuration.tlsConfiguration = tls
        }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<Answer, any Error>
        do { result = .success(try await ask(address, access, size, by: client)) } catch { result = .failure(error) }
        try? await client.shutdown()
        return try result.get()
    }

    private func ask(
        _ address: ChartAddress, _ access: ChartServers.Access, _ size: Int, by client: HTTPClient
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: address.text)
        request.headers.add(name: "user-agent", value: "trimtab")
        access.authorization?.withExposed { request.headers.add(name: "authorization", value: $0) }
        let response = try await client.execute(request, timeout: .seconds(30))
        switch response.status.code {
        case 200:
            do {
                return .content(Array(try await response.body.collect(upTo: size).readableBytesView))
            } catch is NIOTooManyBytesError {
                throw Self.failure(address, "has more than \(size) bytes", isTransient: false)
            }
        case 301, 302, 303, 307, 308:
            let target = response.headers.first(name: "location") ?? ""
            guard let next = address.redirected(to: target) else {
                throw Self.failure(address, "redirects to what is no address, or not encrypted", isTransient: false)
            }
            return .elsewhere(next)
        case 429, 500...: throw Self.failure(address, "answers with status \(response.status.code)")
        default: return .refused(response.status.code)
        }
    }

    private static func failure(_ address: ChartAddress, _ reason: String, isTransient: Bool = true) -> HelmError {
        .repository(Text(address.text), reason: reason, isTransient: isTransient)
    }
}
