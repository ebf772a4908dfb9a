// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Identity
import Manifest
import Model

extension Providers {
    /// What is wrong with providers beside each other; the later of two that clash is left out.
    ///
    /// Two providers that could name the same person would make the weaker one as good as the other: all but one of
    /// those that people sign in by have a prefix of their own.
    package static func check(
        _ providers: [IdentityProvider]
    ) -> (sound: [IdentityProvider], problems: [ProviderError]) {
        var sound: [IdentityProvider] = []
        var problems: [ProviderError] = []
        for provider in providers.sorted(by: { $0.name < $1.name }) {
            if let other = sound.first(where: { $0.issuer == provider.issuer }) {
                problems.append(
                    ProviderError(.unusable, "providers \(other.name) and \(provider.name) have the same issuer"))
            } else if let client = provider.browsers,
                let other = sound.first(where: {
                    $0.browsers?.people.prefix == client.people.prefix && $0.browsers != nil
                })
            {
                problems.append(
                    ProviderError(
                        .unusable,
                        "providers \(other.name) and \(provider.name) could name the same people: give one of them a prefix of its own"
                    ))
            } else {
                sound.append(provider)
            }
        }
        return (sound, problems)
    }
}
