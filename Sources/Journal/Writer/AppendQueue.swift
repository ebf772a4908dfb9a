// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Synchronization

/// Group commit: whatever is appended while a transaction is being written goes into the next one together.
///
/// There is no writer task. The first to come leads: it writes its own request and all that wait, answers them, and
/// hands the lead to the next in line. A request that was queued is carried out even if its caller is cancelled.
final class AppendQueue: Sendable {
    struct Request: Sendable {
        /// None: only makes durable what came before.
        var events: [PreparedEvent]
        var erasure: Erasure?
        var durability: Durability
    }

    struct Written: Sendable {
        var events: [Event]
        /// The head after the request's batch.
        var head: Head?
    }

    fileprivate enum Turn {
        case lead
        case done(Result<Written, JournalError>)
    }

    fileprivate struct Waiter {
        var request: Request
        var continuation: CheckedContinuation<Turn, Never>
    }

    fileprivate struct State {
        var isLed = false
        var waiting: [Waiter] = []
    }

    /// What one transaction takes at most, unless a single request is larger.
    fileprivate static let eventLimit = 1000
    fileprivate static let byteLimit = 8 << 20

    private let state = Mutex(State())
    private let write: @Sendable ([Request]) async -> Result<[Written], JournalError>

    /// `write` answers for every request or for none. It is never called twice at once.
    init(write: @escaping @Sendable ([Request]) async -> Result<[Written], JournalError>) { self.write = write }

    func submit(_ request: Request) async throws(JournalError) -> Written {
        let turn = await withCheckedContinuation { continuation in
            let leads = state.withLock { state in
                guard state.isLed else {
                    state.isLed = true
                    return true
                }
                state.waiting.append(Waiter(request: request, continuation: continuation))
                return false
            }
            if leads { continuation.resume(returning: .lead) }
        }
        switch turn {
        case .done(let result): return try result.get()
        case .lead: return try await lead(with: request)
        }
    }

    private func lead(with own: Request) async throws(JournalError) -> Written {
        let followers = state.withLock { $0.takeFollowers(of: own) }
        let result = await write([own] + followers.map(\.request))
        for (index, follower) in followers.enumerated() {
            follower.continuation.resume(returning: .done(result.map { $0[index + 1] }))
        }
        let next = state.withLock { state -> Waiter? in
            guard !state.waiting.isEmpty else {
                state.isLed = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.continuation.resume(returning: .lead)
        return try result.map { $0[0] }.get()
    }
}

extension AppendQueue.State {
    fileprivate mutating func takeFollowers(of own: AppendQueue.Request) -> [AppendQueue.Waiter] {
        var events = own.events.count
        var bytes = own.bytes
        let end =
            waiting.firstIndex { waiter in
                events += waiter.request.events.count
                bytes += waiter.request.bytes
                return events > AppendQueue.eventLimit || bytes > AppendQueue.byteLimit
            } ?? waiting.endIndex
        defer { waiting.removeFirst(end) }
        return Array(waiting[..<end])
    }
}

extension AppendQueue.Request {
    fileprivate var bytes: Int { events.reduce(0) { $0 + $1.payload.bytes.count } }
}
