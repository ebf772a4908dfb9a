// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import GitSource
import Manifest
import Model
import SystemPackage

/// Whom this agent trusts: given by whoever starts it, never by Git (invariant 12).
struct Trust: Sendable {
    /// The fleet's repository; must be the one that is asked for, when both are given.
    var fleet: Text?
    /// What of the fleet's repository is followed.
    var follow = Follow.head
    /// The name of the credentials that open the fleet's repository.
    var credentials: Text?
    /// The keys of the fleet's SSH host, instead of those that the credentials name.
    var knownHosts: FilePath?
    /// Whose signature the fleet's commits must carry.
    var keys: SigningKeys?
    var allowsRewrites = false
    var interval = Duration.seconds(60)
    /// Certificates of authorities, instead of the system's.
    var authorities: FilePath?
    /// Where credentials lie; `nil` for a folder of the state.
    var credentialsFolder: FilePath?
    var policy = AddressPolicy()
    /// Whether Helm may run where the kernel has no Landlock or no seccomp.
    var allowsWeakJail = false

    func credentials(ofState state: String) -> CredentialStore {
        CredentialStore(folder: credentialsFolder ?? FilePath(state + "/credentials"))
    }

    var rules: SourceRules {
        SourceRules(name: "fleet", interval: interval, keys: keys, allowsRewrites: allowsRewrites)
    }
}
