// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
import Manifest
import NIOCore
import NIOHTTP1
import Secrets

/// HTTP as it is spoken to a Vault: a bounded answer within a bounded time.
struct VaultTransport: Sendable {
    private let client = OutgoingClient()

    private static let limit = Duration.seconds(15)

    func send(_ request: VaultRequest) async throws(StoreError) -> VaultResponse {
        do {
            let answer = try await client.answer(within: Self.limit) { try await Self.exchange(request, by: $0) }
            guard let answer else {
                throw StoreError(.slow, "\(Self.host(of: request)): did not answer within 15 seconds")
            }
            return answer
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

    private static func exchange(_ request: VaultRequest, by client: HTTPClient) async throws -> VaultResponse {
        var message = HTTPClientRequest(url: request.url.string)
        message.method = HTTPMethod(rawValue: request.method.rawValue)
        if let file = request.certificateAuthority {
            guard let trust = OutgoingClient.trust(in: file) else {
                throw StoreError(.unconfigured, "\(file): holds no certificates that can be read")
            }
            message.tlsConfiguration = trust
        }
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
