// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
package import Helm
import Manifest
import NIOCore
import NIOHTTP1

/// HTTP as it is spoken to chart repositories: no cookies, no credentials, no step back from encryption.
package struct HTTPChartTransport: ChartTransport {
    private let limit: Duration

    private static let redirectLimit = 5

    /// - Parameter limit: how long one file may take.
    package init(limit: Duration = .seconds(60)) { self.limit = limit }

    package func get(_ text: String, limit size: Int) async throws(HelmError) -> [UInt8] {
        guard let address = ChartAddress(text) else {
            throw .repository(Text(text), reason: "is no address of a chart repository", isTransient: false)
        }
        do {
            return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
                group.addTask { try await fetch(address, size) }
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

    private func fetch(_ address: ChartAddress, _ size: Int) async throws -> [UInt8] {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(10), read: .seconds(20)))
        configuration.httpVersion = .http1Only
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<[UInt8], any Error>
        do { result = .success(try await fetch(address, size, by: client)) } catch { result = .failure(error) }
        try? await client.shutdown()
        return try result.get()
    }

    private func fetch(_ start: ChartAddress, _ size: Int, by client: HTTPClient) async throws -> [UInt8] {
        var address = start
        for _ in 0...Self.redirectLimit {
            var request = HTTPClientRequest(url: address.text)
            request.headers.add(name: "user-agent", value: "trimtab")
            let response = try await client.execute(request, timeout: .seconds(30))
            switch response.status.code {
            case 200:
                do {
                    return Array(try await response.body.collect(upTo: size).readableBytesView)
                } catch is NIOTooManyBytesError {
                    throw Self.failure(address, "has more than \(size) bytes", isTransient: false)
                }
            case 301, 302, 303, 307, 308:
                let target = response.headers.first(name: "location") ?? ""
                guard let next = address.redirected(to: target) else {
                    throw Self.failure(address, "redirects to what is no address, or not encrypted", isTransient: false)
                }
                address = next
            case 429, 500...: throw Self.failure(address, "answers with status \(response.status.code)")
            default:
                throw Self.failure(address, "answers with status \(response.status.code)", isTransient: false)
            }
        }
        throw Self.failure(start, "redirects more than \(Self.redirectLimit) times", isTransient: false)
    }

    private static func failure(_ address: ChartAddress, _ reason: String, isTransient: Bool = true) -> HelmError {
        .repository(Text(address.text), reason: reason, isTransient: isTransient)
    }
}
