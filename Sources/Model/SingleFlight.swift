// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Work that all who want it at the same time share: one does it, and the others get what came of it. Guards that it is
/// done once for them.
///
/// What fails has failed for all who waited; whoever comes later tries anew.
package actor SingleFlight<Key: Hashable & Sendable, Content: Sendable, Failure: Error> {
    /// What came of it; `nil` when whoever did it was cut off.
    private typealias Outcome = Result<Content, Failure>?

    /// Those who wait, by what is under way.
    private var waiting: [Key: [CheckedContinuation<Outcome, Never>]] = [:]

    package init() {}

    /// What came of the work that was under way for the key, or that this call did.
    package func run(
        _ key: Key, _ work: @concurrent @Sendable () async throws(Failure) -> Content
    ) async throws(Failure) -> Content {
        while waiting[key] != nil {
            let outcome = await withCheckedContinuation { waiting[key, default: []].append($0) }
            if let outcome { return try outcome.get() }
        }
        waiting[key] = []
        let result: Result<Content, Failure>
        do throws(Failure) { result = .success(try await work()) } catch { result = .failure(error) }
        // That one of them does not want it any more is no failure for the others: the next does it.
        let isCutOff = if case .failure = result { Task.isCancelled } else { false }
        for continuation in waiting.removeValue(forKey: key) ?? [] {
            continuation.resume(returning: isCutOff ? nil : result)
        }
        return try result.get()
    }

    /// How many wait for what another one does.
    package func waiters(for key: Key) -> Int { waiting[key]?.count ?? 0 }
}
