// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Synchronization

/// Lets as many calls through at once as ``AdaptiveLimit`` says; the others wait in order.
final class Gate: Sendable {
    enum Outcome: Sendable {
        case succeeded, overloaded
        /// Says nothing about the server's load.
        case failed
    }

    /// The right to make one call.
    struct Ticket: Sendable {
        fileprivate var epoch: Int
    }

    private struct State {
        var limit: AdaptiveLimit
        var inFlight = 0
        /// Who waits, in the order of arrival.
        var waiting: [(id: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
        var nextID: UInt64 = 0
    }

    private let state: Mutex<State>

    init(_ limit: AdaptiveLimit = AdaptiveLimit()) { state = Mutex(State(limit: limit)) }

    var limit: Int { state.withLock { $0.limit.whole } }

    /// Calls `body` when its turn has come, and learns from how it went.
    func pass<Result>(
        _ subject: Text, _ body: () async throws(KubernetesError) -> Result
    ) async throws(KubernetesError) -> Result {
        let ticket = try await enter(subject)
        do throws(KubernetesError) {
            let result = try await body()
            leave(ticket, .succeeded)
            return result
        } catch {
            leave(ticket, error.code == .tooManyRequests || error.code == .unavailable ? .overloaded : .failed)
            throw error
        }
    }

    private func enter(_ subject: Text) async throws(KubernetesError) -> Ticket {
        let isFree = state.withLock { state in
            guard state.inFlight < state.limit.whole, state.waiting.isEmpty else { return false }
            state.inFlight += 1
            return true
        }
        if !isFree, await !wait() { throw .cancelled(subject) }
        return Ticket(epoch: state.withLock { $0.limit.epoch })
    }

    /// False when the task is cancelled first.
    private func wait() async -> Bool {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isCancelled = state.withLock { state in
                    // Cancelled from here on, it is found in the queue.
                    if Task.isCancelled { return true }
                    state.waiting.append((id, continuation))
                    return false
                }
                if isCancelled { continuation.resume(returning: false) } else { admit() }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0).continuation }
            }
            continuation?.resume(returning: false)
        }
    }

    private func leave(_ ticket: Ticket, _ outcome: Outcome) {
        state.withLock { state in
            switch outcome {
            case .succeeded: state.limit.succeeded(inFlight: state.inFlight)
            case .overloaded: state.limit.overloaded(began: ticket.epoch)
            case .failed: break
            }
            state.inFlight -= 1
        }
        admit()
    }

    /// Lets in whose turn has come.
    private func admit() {
        let admitted = state.withLock { state in
            let room = max(0, min(state.limit.whole - state.inFlight, state.waiting.count))
            let admitted = state.waiting.prefix(room).map(\.continuation)
            state.waiting.removeFirst(room)
            state.inFlight += room
            return admitted
        }
        for continuation in admitted { continuation.resume(returning: true) }
    }
}
