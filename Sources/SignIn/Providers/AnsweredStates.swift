// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// The sign-ins that were answered, for as long as their cookies count: each is answered once. A value: pure.
struct AnsweredStates: Sendable {
    private var ends: [Digest: Time] = [:]

    static let limit = 10_000

    /// Whether it is the first time.
    mutating func note(_ state: Text, until end: Time, now: Time) -> Bool {
        let key = Digest(of: state.utf8)
        if let known = ends[key], now < known { return false }
        if ends.count >= Self.limit {
            ends = ends.filter { now < $0.value }
            // Only browsers that hold a cookie of ours get here, and a provider takes a code but once, too.
            if ends.count >= Self.limit, let oldest = ends.min(by: { $0.value < $1.value }) { ends[oldest.key] = nil }
        }
        ends[key] = end
        return true
    }
}
