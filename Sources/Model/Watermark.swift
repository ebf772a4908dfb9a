// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Synchronization

/// How far something has come, such as the journal, for those who wait for more. Holds one number, however much comes.
package final class Watermark: Sendable {
    private struct State {
        var newest: UInt64
        var isFinished = false
        var waiting: [UInt64: Waiter] = [:]
        var cancelled: Set<UInt64> = []
        var nextWaiter: UInt64 = 0
    }

    private struct Waiter {
        var sequence: UInt64
        var continuation: CheckedContinuation<Void, Never>
    }

    private let state: Mutex<State>

    package init(newest: UInt64) { state = Mutex(State(newest: newest)) }

    package var newest: UInt64 { state.withLock(\.newest) }
    package var isFinished: Bool { state.withLock(\.isFinished) }

    package func advance(to sequence: UInt64) {
        wake { state in state.newest = max(state.newest, sequence) }
    }

    /// Nothing more will come.
    package func finish() {
        wake { state in state.isFinished = true }
    }

    /// Returns once there is more than `sequence`, the end has come, or the task was cancelled.
    package func wait(past sequence: UInt64) async {
        let waiter = state.withLock { state in
            state.nextWaiter &+= 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    let wasCancelled = state.cancelled.remove(waiter) != nil
                    guard !wasCancelled, state.newest <= sequence, !state.isFinished else { return true }
                    state.waiting[waiter] = Waiter(sequence: sequence, continuation: continuation)
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            // May come before the continuation is there, and after the wait has ended.
            let continuation = state.withLock { state in
                let continuation = state.waiting.removeValue(forKey: waiter)?.continuation
                if continuation == nil { state.cancelled.insert(waiter) }
                return continuation
            }
            continuation?.resume()
        }
        state.withLock { state in _ = state.cancelled.remove(waiter) }
    }

    private func wake(_ change: (inout State) -> Void) {
        let woken = state.withLock { state in
            change(&state)
            // Who waits for more than there is now sleeps on.
            let woken = state.waiting.filter { state.isFinished || $0.value.sequence < state.newest }
            for waiter in woken.keys { state.waiting[waiter] = nil }
            return woken.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }
}
