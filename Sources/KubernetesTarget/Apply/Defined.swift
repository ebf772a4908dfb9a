// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Model

/// Objects of kinds that their own unit defines.
enum Defined {
    static let attempts = 25
    static let pause = Duration.milliseconds(200)

    /// Applies again for some seconds where the object does not fit its kind: a server, or another of several, takes a
    /// moment to go by a definition that has just changed. What the unit does not define itself is told at once.
    static func lately<Answer: Sendable>(
        _ object: DesiredObject, by context: [DesiredObject],
        _ apply: () async throws(KubernetesError) -> Answer
    ) async throws(KubernetesError) -> Answer {
        for _ in 1..<attempts {
            do throws(KubernetesError) { return try await apply() } catch {
                guard error.isMisfit, DefinedKinds(context).isNamespaced(object.id) != nil else { throw error }
                try? await Task.sleep(for: pause)
                if Task.isCancelled { throw error }
            }
        }
        return try await apply()
    }
}
