// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package enum Parallel {
    /// Does something with each item, at most `width` at a time; answers in the order of the items.
    package static func map<Item: Sendable, Result: Sendable>(
        _ items: [Item], width: Int, _ body: @escaping @Sendable (Item) async -> Result
    ) async -> [Result] {
        guard items.count > 1 else {
            guard let only = items.first else { return [] }
            return [await body(only)]
        }
        return await withTaskGroup(of: (Int, Result).self) { group in
            var results = [Result?](repeating: nil, count: items.count)
            var next = 0
            func start() {
                guard next < items.count else { return }
                let (index, item) = (next, items[next])
                next += 1
                group.addTask { (index, await body(item)) }
            }
            for _ in 0..<min(width, items.count) { start() }
            for await (index, result) in group {
                results[index] = result
                start()
            }
            return results.compactMap(\.self)
        }
    }
}
