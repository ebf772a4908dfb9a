// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// What a project may touch on a target, by what the target is. A driver takes its own kind and refuses the other.
/// All units of a project share what it allows.
package indirect enum Grant: Sendable, Hashable {
    case host(HostLimits)
    case kubernetes(KubernetesLimits)

    /// Allows nothing anywhere.
    package static let nothing = Grant.host(HostLimits())

    package var host: HostLimits? {
        if case .host(let limits) = self { limits } else { nil }
    }

    package var kubernetes: KubernetesLimits? {
        if case .kubernetes(let limits) = self { limits } else { nil }
    }
}

extension Target.Place {
    /// Whether a grant is about a place of this kind.
    func takes(_ grant: Grant) -> Bool { isHost == (grant.host != nil) }
}
