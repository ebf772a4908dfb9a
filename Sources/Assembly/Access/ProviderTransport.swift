// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
import Identity
import Manifest
import NIOCore
import NIOHTTP1

/// HTTP as it is spoken to a provider of identities: no redirect, a bounded answer within a bounded time.
struct ProviderTransport: Sendable {
    private let client = OutgoingClient()

    private static let limit = Duration.seconds(10)

    @Sendable func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderResponse {
        do {
            let answer = try await client.answer(within: Self.limit) { try await Self.exchange(request, by: $0) }
            guard let answer else {
                throw ProviderError(.unreachable, "\(request.url): did not answer within 10 seconds")
            }
            return answer
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

    private static func exchange(
        _ request: ProviderRequest, by client: HTTPClient
    ) async throws -> ProviderResponse {
        var message = HTTPClientRequest(url: request.url.string)
        message.headers.add(name: "accept", value: "application/json")
        message.headers.add(name: "user-agent", value: "trimtab")
        if let file = request.certificateAuthority {
            guard let trust = OutgoingClient.trust(in: file) else {
                throw ProviderError(.unusable, "\(file): holds no certificates that can be read")
            }
            message.tlsConfiguration = trust
        }
        request.authorization?.withExposed { message.headers.add(name: "authorization", value: $0.string) }
        request.form?.withExposed { form in
            message.method = .POST
            message.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
            message.body = .bytes(ByteBuffer(bytes: form))
        }
        let response = try await client.execute(message, timeout: .seconds(10))
        let body = try await response.body.collect(upTo: ProviderResponse.limit)
        return ProviderResponse(status: Int(response.status.code), body: Secret(Array(body.readableBytesView)))
    }
}
