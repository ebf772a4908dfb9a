// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Hummingbird
import Manifest
import NIOCore

/// Reads what was sent with a request, as much and for as long as it may.
enum BodyReader {
    static func collect(
        _ request: Request, limit: Int, within patience: Duration
    ) async throws(APIError) -> [UInt8] {
        do {
            let buffer = try await withTimeout(patience) { try await request.body.collect(upTo: limit) }
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            let size = limit >= 1 << 20 ? "\(limit >> 20) MB" : "\(limit >> 10) kB"
            throw APIError(.tooLarge, "\(request.uri.path): the body has more than \(size)")
        } catch {
            throw APIError(
                .timedOut, "\(request.uri.path): the body did not arrive within \(patience.components.seconds) s")
        }
    }
}

/// Throws `CancellationError` when `body` takes longer.
private func withTimeout<Result: Sendable>(
    _ limit: Duration, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let result = first else { throw CancellationError() }
        return result
    }
}
