// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Manifest
import NIOPosix

/// Runs blocking work on a pool of threads, side by side where there is much of it.
///
/// Work that was begun is not cancelled: an act of the driver ends by itself or not at all.
struct Lanes: Sendable {
    let pool: NIOThreadPool
    /// Pieces of work that run at once. Waiting for a disk takes no processor: more lanes than cores are right.
    let width: Int

    func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async throws(TargetError) -> Result {
        let result: Result? = await withCheckedContinuation { continuation in
            pool.submit { state in
                switch state {
                case .active: continuation.resume(returning: body())
                case .cancelled: continuation.resume(returning: nil)
                }
            }
        }
        guard let result else { throw TargetError(reason: "the driver is shutting down", isTransient: true) }
        return result
    }

    /// Calls `body` with each item; the results are in the order of the items. A lane takes at least `perLane` items.
    func map<Item: Sendable, Result: Sendable>(
        _ items: [Item], perLane: Int, _ body: @escaping @Sendable (Item) -> Result
    ) async throws(TargetError) -> [Result] {
        guard !items.isEmpty else { return [] }
        let size = max(1, perLane, (items.count + width - 1) / max(1, width))
        guard items.count > size else { return try await run { items.map(body) } }
        let chunks = stride(from: 0, to: items.count, by: size).map { start in
            items[start..<min(start + size, items.count)]
        }
        let parts = await withTaskGroup(of: (Int, [Result]?).self) { group in
            for (index, chunk) in chunks.enumerated() {
                group.addTask { (index, try? await run { chunk.map(body) }) }
            }
            var parts: [[Result]?] = Array(repeating: nil, count: chunks.count)
            for await (index, part) in group { parts[index] = part }
            return parts
        }
        var results: [Result] = []
        results.reserveCapacity(items.count)
        for part in parts {
            guard let part else { throw TargetError(reason: "the driver is shutting down", isTransient: true) }
            results += part
        }
        return results
    }
}
