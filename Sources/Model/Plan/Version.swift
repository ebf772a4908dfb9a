// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What a unit's content comes from.
///
/// One reference: the units that stand at one version share what it says.
package struct Version: Sendable, Hashable {
    private struct Said: Sendable, Hashable {
        var fleet: CommitID?
        var source: CommitID?
        var secrets: [Text: Text]
        var bases: [Text: CommitID]
    }

    @Apart private var said: Said

    /// The commit of the fleet repository; `nil` when the fleet is a plain folder.
    package var fleet: CommitID? {
        get { said.fleet }
        set { said.fleet = newValue }
    }
    /// The commit of the application's source; `nil` when the source is a plain folder.
    package var source: CommitID? {
        get { said.source }
        set { said.source = newValue }
    }
    /// What was read from stores of secrets, by ``SecretAccess/place``, with the store's word for its version. Known
    /// only once it was read; empty before that.
    package var secrets: [Text: Text] {
        get { said.secrets }
        set { said.secrets = newValue }
    }
    /// Of bases in other repositories, by the address that a kustomization names, the commit that was read. Known only
    /// once it was rendered; empty before that.
    package var bases: [Text: CommitID] {
        get { said.bases }
        set { said.bases = newValue }
    }

    package init(
        fleet: CommitID?, source: CommitID?, secrets: [Text: Text] = [:], bases: [Text: CommitID] = [:]
    ) {
        said = Said(fleet: fleet, source: source, secrets: secrets, bases: bases)
    }
}

extension Version {
    /// What it is in Git alone: it renders to the same again.
    package var inGit: Version { secrets.isEmpty ? self : Version(fleet: fleet, source: source, bases: bases) }

    /// What a look at the fleet and the source tells, without what a render finds beside them.
    package var declared: Version {
        secrets.isEmpty && bases.isEmpty ? self : Version(fleet: fleet, source: source)
    }

    /// Whether two say the same, either of which may be of a time when bases were not on record.
    package static func agree(_ one: Version?, _ other: Version?) -> Bool {
        guard let one, let other, one.bases.isEmpty != other.bases.isEmpty else { return one == other }
        return one.with([:]) == other.with([:])
    }

    /// The same, with what was read of bases in other repositories.
    package func with(_ bases: [Text: CommitID]) -> Version {
        guard bases != self.bases else { return self }
        var version = self
        version.bases = bases
        return version
    }

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

extension Version {
    /// The bases in other repositories, for people: `https://git.example.org/bases//web?ref=main at 3f2c9d0e7a`.
    package var basesInWords: Text {
        Text(bases.sorted { $0.key < $1.key }.map { "\($0.key) at \($0.value.short)" }.joined(separator: ", "))
    }
}
