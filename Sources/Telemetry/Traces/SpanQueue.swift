// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Spans that wait for a collector. Holds so many and no more: what comes while it is full is dropped and counted, and
/// nobody waits.
package struct SpanQueue: Sendable {
    package static let capacity = 4096
    /// Told at once, at most.
    package static let batch = 512

    private var spans: [Span] = []

    package init() {}

    package var isEmpty: Bool { spans.isEmpty }
    package var count: Int { spans.count }

    /// - Returns: how many were dropped.
    package mutating func add(_ more: [Span]) -> Int {
        let room = max(0, Self.capacity - spans.count)
        spans += more.prefix(room)
        return max(0, more.count - room)
    }

    /// The oldest; they stay until they are ``removed(_:)``.
    package var next: [Span] { Array(spans.prefix(Self.batch)) }

    package mutating func removed(_ count: Int) { spans.removeFirst(min(count, spans.count)) }

    /// - Returns: how many there were.
    package mutating func clear() -> Int {
        defer { spans = [] }
        return spans.count
    }
}
