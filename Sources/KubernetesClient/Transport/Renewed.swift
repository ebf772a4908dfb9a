// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A value that is costly to make, shared by all who want it at the same time. Guards that it is made once for them.
actor Renewed<Content: Sendable> {
    /// Given the number of the making, from 1 on.
    private let make: @Sendable (_ number: Int) async throws(KubernetesError) -> Content
    private var known: Content?
    /// Makings that began, and the number of the one that ``known`` comes from.
    private var begun = 0
    private var answered = 0
    private var isMaking = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ make: @escaping @Sendable (_ number: Int) async throws(KubernetesError) -> Content) { self.make = make }

    /// The value, made anew when there is none or it will not do.
    func value(accepting isGood: @Sendable (Content) -> Bool) async throws(KubernetesError) -> Content {
        if let known, isGood(known) { return known }
        while isMaking {
            await withCheckedContinuation { waiting.append($0) }
            if let known, isGood(known) { return known }
        }
        return try await renew()
    }

    /// A value whose making began after this call: one that was under way may have missed what the caller knows.
    func fresh() async throws(KubernetesError) -> Content {
        let wanted = begun + 1
        while isMaking {
            await withCheckedContinuation { waiting.append($0) }
            if let known, answered >= wanted { return known }
        }
        return try await renew()
    }

    private func renew() async throws(KubernetesError) -> Content {
        isMaking = true
        begun += 1
        defer {
            isMaking = false
            for continuation in waiting { continuation.resume() }
            waiting = []
        }
        let made = try await make(begun)
        known = made
        answered = begun
        return made
    }
}
