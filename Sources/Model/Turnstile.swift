// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Lets one in at a time, in the order in which they came. Guards what an actor does over several awaits.
package actor Turnstile {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    package init() {}

    /// Returns when it is the caller's turn, who must ``leave()``. A caller that is cancelled waits all the same.
    package func enter() async {
        if isTaken {
            await withCheckedContinuation { waiting.append($0) }
        } else {
            isTaken = true
        }
    }

    package func leave() {
        if waiting.isEmpty {
            isTaken = false
        } else {
            // The turn goes on to the next without being free in between.
            waiting.removeFirst().resume()
        }
    }
}
