// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
import GitSource
import Manifest
import Model
import NIOCore
import NIOHTTP1
import NIOPosix
import Notifications

/// HTTP as it is spoken to receivers: no redirects, to the addresses that were checked, an answer of which little more
/// counts than its status, within a bounded time.
struct NotificationTransport: Sendable {
    private static let limit = Duration.seconds(15)
    private let resolver = Resolver.system(threads: .singleton)

    func send(_ request: OutgoingRequest) async -> Delivery {
        await withTaskGroup(of: Delivery?.self) { group in
            group.addTask { await exchange(request) }
            group.addTask {
                try? await Task.sleep(for: Self.limit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next().flatMap(\.self) ?? .later("did not answer within 15 seconds", after: nil)
        }
    }

    private func exchange(_ request: OutgoingRequest) async -> Delivery {
        guard let url = request.url.withExposed({ ReceiverURL($0) }) else { return .refused("is no address of HTTP") }
        let place: String?
        do throws(SourceFailure) {
            // Link-local addresses, where clouds keep their metadata services, are refused there.
            let origin = try RepositoryAddress(parsing: Text("\(url.origin)/notification"))
            place = try await resolver.resolve(origin).first?.text
        } catch {
            if case .notAllowed = error { return .refused("is at an address of the local link") }
            return .later("cannot be found", after: nil)
        }
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5), read: .seconds(10)))
        configuration.httpVersion = .http1Only
        // What was checked is what is connected to, so that a name cannot mean another address a moment later.
        if let place { configuration.dnsOverride = [url.host.string: place] }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let delivery = await exchange(request, by: client)
        try? await client.shutdown()
        return delivery
    }

    private func exchange(_ request: OutgoingRequest, by client: HTTPClient) async -> Delivery {
        var message = HTTPClientRequest(url: request.url.withExposed(\.string))
        message.method = HTTPMethod(rawValue: request.method.rawValue)
        message.headers.add(name: "user-agent", value: "trimtab")
        message.headers.add(name: "idempotency-key", value: request.key.string)
        for (name, value) in request.headers { message.headers.add(name: name.string, value: value.string) }
        if let token = request.token {
            token.value.withExposed { message.headers.add(name: token.header.string, value: $0.string) }
        }
        message.body = .bytes(ByteBuffer(bytes: request.body))
        do {
            let response = try await client.execute(message, timeout: .seconds(12))
            // What it says is not shown: it may hold what was sent.
            _ = try? await response.body.collect(upTo: 64 << 10)
            let after = response.headers.first(name: "retry-after").flatMap { Int64($0) }
            return Delivery(
                status: Int(response.status.code), retryAfter: after.map { .seconds(min(max(0, $0), 86_400)) })
        } catch let error as HTTPClientError {
            return .later(Text(error.shortDescription), after: nil)
        } catch {
            return .later("cannot be reached", after: nil)
        }
    }
}
