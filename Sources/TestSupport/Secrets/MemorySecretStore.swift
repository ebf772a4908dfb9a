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

    package func read(_ path: Text, version: Int64?) async throws(StoreError) -> StoredSecret {
        let answer = state.withLock { state -> Result<StoredSecret, StoreError> in
            state.reads += 1
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
