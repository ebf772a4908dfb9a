// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What a unit's content comes from.
package struct Version: Sendable, Hashable {
    /// The commit of the fleet repository; `nil` when the fleet is a plain folder.
    package var fleet: CommitID?
    /// The commit of the application's source; `nil` when the source is a plain folder.
    package var source: CommitID?
    /// What was read from stores of secrets, by ``SecretAccess/place``, with the store's word for its version. Known
    /// only once it was read; empty before that.
    package var secrets: [Text: Text]

    package init(fleet: CommitID?, source: CommitID?, secrets: [Text: Text] = [:]) {
        self.fleet = fleet
        self.source = source
        self.secrets = secrets
    }
}

extension Version {
    /// What it is in Git alone.
    package var inGit: Version { Version(fleet: fleet, source: source) }

    /// Whether every secret that this was made with is at the version that another was made with. What was made of a
    /// part of a unit may name fewer.
    package func hasSecrets(of other: Version) -> Bool {
        secrets.allSatisfy { other.secrets[$0.key] == $0.value }
    }
}

extension Version: CustomStringConvertible {
    /// The source's commit, shortened; people mean it when they say "version".
    package var description: String { source?.short ?? fleet?.short ?? "folder" }
}
