// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// What came lately, so that it counts once. A value: pure.
///
/// Bounded in time and number: whoever can fill it can sign, and what falls out of it does no more than a hint can.
package struct ReplayWindow: Sendable {
    private var seen: [Digest: Moment] = [:]
    /// In the order in which they came.
    private var order: [Digest] = []
    private var first = 0

    package static let length = Duration.seconds(3600)
    package static let capacity = 10_000

    package init() {}

    /// As it was when another process ended.
    ///
    /// - Parameter marks: what came, the oldest first, and how long ago.
    package init(restoring marks: [(mark: Digest, ago: Duration)], now: Moment) {
        for (mark, ago) in marks.suffix(Self.capacity) where ago >= .zero && ago <= Self.length && seen[mark] == nil {
            seen[mark] = now.advanced(by: .zero - ago)
            order.append(mark)
        }
    }

    package var count: Int { seen.count }

    /// Takes note of a delivery; `false` when any of its marks was seen before.
    package mutating func admit(_ marks: [Digest], now: Moment) -> Bool {
        while first < order.count, let since = seen[order[first]],
            seen.count >= Self.capacity || now.duration(since: since) > Self.length
        {
            seen[order[first]] = nil
            first += 1
        }
        if first > Self.capacity {
            order.removeFirst(first)
            first = 0
        }
        let isNew = marks.allSatisfy { seen[$0] == nil }
        for mark in marks where seen[mark] == nil {
            seen[mark] = now
            order.append(mark)
        }
        return isNew
    }
}
