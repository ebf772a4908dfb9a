// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// How many calls may be under way at once: additive increase, multiplicative decrease. Pure.
///
/// No fixed rate suits both a laptop's cluster and a large one. The limit grows by one for each round of calls that
/// went well while it was used, and halves when the server says that it is overloaded.
struct AdaptiveLimit: Sendable, Hashable {
    private(set) var value: Double
    let range: ClosedRange<Double>
    /// Counts decreases: the answers to calls that began before one say nothing about the limit after it.
    private(set) var epoch = 0

    init(start: Int = 32, least: Int = 1, most: Int = 64) {
        value = Double(start)
        range = Double(least)...Double(most)
    }

    var whole: Int { Int(value) }

    /// - Parameter inFlight: calls that were under way, this one included.
    mutating func succeeded(inFlight: Int) {
        // A limit that nobody reaches proves nothing.
        guard Double(inFlight) >= value / 2 else { return }
        value = min(value + 1 / value, range.upperBound)
    }

    mutating func overloaded(began: Int) {
        guard began == epoch else { return }
        value = max(value / 2, range.lowerBound)
        epoch += 1
    }
}
