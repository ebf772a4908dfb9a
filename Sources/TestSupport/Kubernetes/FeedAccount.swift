// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import KubernetesClient
package import Manifest
import Synchronization

/// What somebody knows who listens to a feed, and a way to wait until it is as expected.
package final class FeedAccount: Sendable {
    package struct State: Sendable {
        /// Objects by `namespace/name`.
        package var objects: [Text: Value] = [:]
        package var isComplete = false
        package var lists = 0
        package var failures: [KubernetesError.Code] = []
        package var isFailing = false
        /// Changes that were told, lists left out.
        package var changes = 0
        fileprivate var incoming: Set<Text> = []
    }

    private let state = Mutex(State())

    package init() {}

    package var now: State { state.withLock { $0 } }

    package func take(_ event: FeedEvent) {
        state.withLock { state in
            switch event {
            case .began:
                state.lists += 1
                state.isComplete = false
                state.incoming = []
            case .item(let object):
                state.incoming.insert(object.key)
                state.objects[object.key] = object
            case .complete:
                state.objects = state.objects.filter { state.incoming.contains($0.key) }
                state.isComplete = true
                state.isFailing = false
            case .added(let object), .modified(let object):
                state.changes += 1
                state.objects[object.key] = object
            case .deleted(let object):
                state.changes += 1
                state.objects[object.key] = nil
            case .failing(let error):
                state.failures.append(error.code)
                state.isFailing = true
            case .recovered: state.isFailing = false
            }
        }
    }

    /// Waits until the account is as expected; false when that takes longer than a minute.
    package func becomes(_ expected: (State) -> Bool) async -> Bool {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end, !Task.isCancelled {
            if expected(now) { return true }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    /// Runs a feed beside the closure.
    package static func following<Result: Sendable>(
        _ feed: Feed, _ body: (FeedAccount) async throws -> Result
    ) async throws -> Result {
        let account = FeedAccount()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await feed.run { account.take($0) } }
            defer { group.cancelAll() }
            return try await body(account)
        }
    }
}

extension Value {
    fileprivate var key: Text { Text("\(objectNamespace ?? "")/\(objectName ?? "")") }
}
