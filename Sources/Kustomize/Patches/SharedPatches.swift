// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Synchronization

/// Patches of which each is for an object of its own, so that no order among them matters: shares of the objects are
/// worked upon side by side.
struct SharedPatches: Sendable {
    /// Of fewer patches the handing out would cost more than it saves.
    static let least = 64
    /// Shares at most.
    private static let most = 8

    let patches: [Resource]
    /// Which patch is for the object at an index.
    let byObject: [Int: Int]
    let merging: PatchMerging

    /// Objects that only one task works upon, so that they are changed in place.
    private final class Share: Sendable {
        let start: Int
        let items: Mutex<[Resource]>

        init(_ items: [Resource], from start: Int) {
            self.start = start
            self.items = Mutex(items)
        }
    }

    private struct Outcome: Sendable {
        var steps = 0
        var removes = false
        /// What went wrong first, and with which patch.
        var failure: (patch: Int, error: KustomizeError)?
    }

    /// - Returns: whether an object is empty now.
    func apply(
        to set: inout ResourceSet, _ context: inout TransformContext
    ) async throws(KustomizeError) -> Bool {
        let shares = Self.shares(of: &set)
        let begun = context
        let results: [Outcome] = await withTaskGroup(of: Outcome.self) { group in
            for share in shares { group.addTask { apply(to: share, begun) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        // Each failed by itself: the one that would have come first is told of.
        let failures = results.compactMap(\.failure)
        if let first = failures.min(by: { $0.patch < $1.patch }) { throw first.error }
        if !context.allowance.take(results.reduce(0) { $0 + $1.steps }), let last = patches.last {
            throw merging.failure(.takesTooLong, of: last, on: last.id)
        }
        set.putBack(shares.flatMap { share in share.items.withLock { $0 } })
        return results.contains(where: \.removes)
    }

    private static func shares(of set: inout ResourceSet) -> [Share] {
        let items = set.lendItems()
        let size = max(least, (items.count + most - 1) / most)
        return stride(from: 0, to: items.count, by: size).map { start in
            Share(Array(items[start..<min(start + size, items.count)]), from: start)
        }
    }

    private func apply(to share: Share, _ begun: TransformContext) -> Outcome {
        var context = begun
        var result = Outcome()
        share.items.withLock { items in
            for index in items.indices {
                guard let number = byObject[share.start + index] else { continue }
                do throws(KustomizeError) {
                    if try !merging.apply(patches[number], to: &items[index], &context) { result.removes = true }
                } catch {
                    if result.failure.map({ number < $0.patch }) ?? true { result.failure = (number, error) }
                    // Who has failed cannot be helped by the others: what is wrong with them is for the next time.
                    if error.code == .tooMuch { return }
                }
            }
        }
        result.steps = begun.allowance.steps - context.allowance.steps
        return result
    }
}
