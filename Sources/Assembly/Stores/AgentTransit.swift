// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest
import Secrets

/// The transit engines that an agent may use: those of the servers that it has connections to. It signs in as it does for
/// secrets that lie there.
actor AgentTransit {
    private let readers: StoreReaders
    private var stores: [Text: VaultStore] = [:]

    init(_ readers: StoreReaders) { self.readers = readers }

    nonisolated var transit: Transit {
        // The token is each connection's own.
        Transit(token: nil) { request throws(StoreError) in try await self.send(request) }
    }

    private func send(_ request: VaultRequest) async throws(StoreError) -> VaultResponse {
        guard let mark = request.url.string.range(of: "/v1/"), let body = request.body else {
            throw StoreError(.malformed, "\(request.url): is no address of a key")
        }
        let address = Text(String(request.url.string[..<mark.lowerBound]))
        let path = Text(String(request.url.string[mark.upperBound...]))
        let known: VaultStore
        if let store = stores[address] { known = store } else { known = try readers.store(at: address) }
        stores[address] = known
        do throws(StoreError) { return try await known.post(path, body) } catch {
            // Who signs in, and how, may be another the next time.
            stores[address] = nil
            throw error
        }
    }
}
