// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Secrets
import Synchronization

/// The in-memory twin of a store of secrets: keeps all versions, and fails as it is told.
package final class MemorySecretStore: SecretStoreReader {
    private struct State {
        var versions: [Text: [[Text: Secret<[UInt8]>]]] = [:]
        var failure: StoreError?
        var reads = 0
        /// Those who wait for an answer; `nil` when answers come at once.
        var held: [CheckedContinuation<Void, Never>]?
    }

    private let state = Mutex(State())

    package init() {}

    /// How often it was asked.
    package var reads: Int { state.withLock { $0.reads } }

    /// The next version of a path.
    package func put(_ path: Text, _ values: [Text: String]) {
        state.withLock { $0.versions[path, default: []].append(values.mapValues { Secret(Array($0.utf8)) }) }
    }

    /// As if a backup were restored.
    package func takeBack(_ path: Text) { state.withLock { _ = $0.versions[path]?.popLast() } }

    /// What it answers from now on; `nil`: what it holds.
    package func fail(_ error: StoreError?) { state.withLock { $0.failure = error } }

    /// From now on nobody is answered, until ``release()``.
    package func hold() { state.withLock { $0.held = $0.held ?? [] } }

    package func release() {
        let waiting = state.withLock { state in
            defer { state.held = nil }
            return state.held ?? []
        }
        for continuation in waiting { continuation.resume() }
    }

    private func waitUntilReleased() async {
        await withCheckedContinuation { continuation in
            let isHeld = state.withLock { state in
                guard state.held != nil else { return false }
                state.held?.append(continuation)
                return true
            }
            if !isHeld { continuation.resume() }
        }
    }

    package func read(_ path: Text, version: Int64?) async throws(StoreError) -> StoredSecret {
        state.withLock { $0.reads += 1 }
        await waitUntilReleased()
        let answer = state.withLock { state -> Result<StoredSecret, StoreError> in
            if let failure = state.failure { return .failure(failure) }
            let versions = state.versions[path] ?? []
            let number = version ?? Int64(versions.count)
            guard let index = Int(exactly: number - 1), versions.indices.contains(index) else {
                return .failure(StoreError(.missing, "\(path): there is nothing there"))
            }
            return .success(StoredSecret(version: Text("\(number)"), number: number, values: versions[index]))
        }
        return try answer.get()
    }
}
