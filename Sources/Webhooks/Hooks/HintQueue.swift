// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// What is to be looked at because somebody said that it moved, and when: hints that come together are one look, and
/// nothing is looked at more often than ``interval``, whatever is said. A value: pure.
package struct HintQueue<Key: Hashable & Sendable>: Sendable {
    private var waiting: [Key: Moment] = [:]
    private var looked: [Key: Moment] = [:]

    /// A forge that takes several refs sends a webhook for each.
    package static var settling: Duration { .milliseconds(100) }
    package static var interval: Duration { .seconds(3) }

    package init() {}

    /// When something is to be looked at next.
    package var next: Moment? { waiting.values.min() }

    package mutating func add(_ keys: some Sequence<Key>, now: Moment) {
        for key in keys where waiting[key] == nil {
            let soon = now.advanced(by: Self.settling)
            waiting[key] = looked[key].map { max(soon, $0.advanced(by: Self.interval)) } ?? soon
        }
    }

    /// Those whose time has come.
    package mutating func take(now: Moment) -> Set<Key> {
        let due = Set(waiting.filter { $0.value <= now }.keys)
        looked = looked.filter { now < $0.value.advanced(by: Self.interval) }
        for key in due {
            waiting[key] = nil
            looked[key] = now
        }
        return due
    }
}
