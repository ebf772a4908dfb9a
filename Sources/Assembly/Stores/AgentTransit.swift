// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest
import Model
import Secrets

/// The transit engines that an agent may use: those of the servers that it has connections to. It signs in as it does for
/// secrets that lie there, and for those projects alone that a connection names.
actor AgentTransit {
    private let readers: StoreReaders
    /// By the file of a connection, whoever uses it.
    private var stores: [Text: (connection: VaultConnection, store: VaultStore)] = [:]

    init(_ readers: StoreReaders) { self.readers = readers }

    nonisolated func transit(for project: ProjectName) -> Transit {
        // The token is each connection's own.
        Transit(token: nil) { request throws(StoreError) in try await self.send(request, for: project) }
    }

    private func send(_ request: VaultRequest, for project: ProjectName) async throws(StoreError) -> VaultResponse {
        guard let mark = request.url.string.range(of: "/v1/"), let body = request.body else {
            throw StoreError(.malformed, "\(request.url): is no address of a key")
        }
        let address = Text(String(request.url.string[..<mark.lowerBound]))
        let path = Text(String(request.url.string[mark.upperBound...]))
        // Looked up each time: whom it names counts at once.
        let (file, connection) = try readers.connection(to: address, for: project)
        let known: VaultStore? = stores[file].flatMap { $0.connection == connection ? $0.store : nil }
        let store = known ?? readers.transitStore(by: connection)
        stores[file] = (connection, store)
        do throws(StoreError) { return try await store.post(path, body) } catch {
            // Who signs in, and how, may be another the next time.
            stores[file] = nil
            throw error
        }
    }
}
