// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// The kind Source: a repository that applications come from.
package struct Source: Sendable, Hashable {
    package enum Location: Sendable, Hashable {
        /// A URL, `user@host:path`, or a local path, which the operator must allow.
        case git(Text)
        /// A folder on this machine, read as it lies there; a relative one lies beneath the fleet's folder.
        case folder(Text)
    }

    /// Whose signature a commit or tag must carry.
    package struct Verification: Sendable, Hashable {
        package enum Scheme: Sendable, Hashable {
            case ssh, gpg
        }

        package var scheme: Scheme
        /// The file of allowed signers or public keys, in the fleet's platform folder.
        package var path: TreePath
        /// The content of that file; filled by the reader.
        package var keys: [UInt8]
    }

    package var name: SourceName
    package var location: Location
    /// The name of credentials that lie with the agent.
    package var credentials: Text?
    /// How long to wait between looks at the repository.
    package var interval: Duration
    package var verification: Verification?
    /// Whether a branch may move to a commit that does not descend from the last one.
    package var allowsRewrites: Bool

    package init(
        name: SourceName, location: Location, credentials: Text? = nil, interval: Duration = .seconds(60),
        verification: Verification? = nil, allowsRewrites: Bool = false
    ) {
        self.name = name
        self.location = location
        self.credentials = credentials
        self.interval = interval
        self.verification = verification
        self.allowsRewrites = allowsRewrites
    }
}

extension Source {
    /// Stands for the fleet repository itself wherever a source is named.
    package static let fleetItself: Text = "fleet"

    package static let shape = Envelope.shape(.source, spec: spec) { name, _, spec in
        Source(
            name: name, location: spec.location, credentials: spec.credentials, interval: spec.interval,
            verification: spec.verification, allowsRewrites: spec.allowsRewrites)
    }
    .checked { source in
        source.name.text == fleetItself ? "must not be called \"fleet\", which is the fleet repository itself" : nil
    }

    private struct Spec: Sendable {
        var location: Location
        var credentials: Text?
        var interval: Duration
        var verification: Verification?
        var allowsRewrites: Bool
    }

    private static let spec = Shape<Spec?>.object(
        Field.optional("git", git, "The repository's URL, or a local path."),
        Field.optional("folder", .text, "A folder on this machine, for trying things out."),
        Field.optional("credentials", .text, "The name of credentials that lie with the agent."),
        Field.optional("interval", interval, default: .seconds(60), "The time between two looks; 60s."),
        Field.optional("verify", verify, "Whose signature commits must carry; anyone's or none when left out."),
        Field.optional(
            "allowRewrites", .boolean, default: false, "Whether history may be rewritten; otherwise forward only.")
    ) { git, folder, credentials, interval, verification, allowsRewrites in
        (git.map { .git($0) } ?? folder.map { .folder($0) }).map {
            Spec(
                location: $0, credentials: credentials, interval: interval, verification: verification,
                allowsRewrites: allowsRewrites)
        }
    }
    .exactlyOne(of: ["git", "folder"])
    .parsed { $0.map { .value($0) } ?? .refused("says nowhere") }
    .checked { spec in
        guard case .folder = spec.location else { return nil }
        return spec.verification == nil && spec.credentials == nil
            ? nil : "is a folder, which has neither credentials nor signatures"
    }

    private static let git = Shape<Text>.text.checked(RepositoryURL.fault)
        .described(as: "a URL of https, ssh or file, USER@HOST:PATH, or a local path", pattern: RepositoryURL.pattern)

    private static let interval = Shape<Duration>.duration.checked { $0 < .seconds(1) ? "must be at least 1s" : nil }

    private static let verify = Shape<Verification?>.object(
        Field.optional("ssh", .treePath, "A file of allowed signers, as ssh-keygen reads it."),
        Field.optional("gpg", .treePath, "A file of public keys, armoured or not.")
    ) { ssh, gpg in
        ssh.map { Verification(scheme: .ssh, path: $0, keys: []) }
            ?? gpg.map { Verification(scheme: .gpg, path: $0, keys: []) }
    }
    .exactlyOne(of: ["ssh", "gpg"])
    .parsed { $0.map { .value($0) } ?? .refused("names no keys") }
}
