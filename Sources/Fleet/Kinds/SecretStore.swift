// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// The kind SecretStore: a place outside of Git that secrets are read from, and who may read what of it.
package struct SecretStore: Sendable, Hashable {
    package enum Place: Sendable, Hashable {
        /// An engine for keys and values of a Vault or OpenBao. Its address and the way to sign in lie with the agent.
        case vault(connection: Text, engine: Text, edition: KeyValueEdition)
        /// A folder of the agent's machine: each file is a value.
        case folder(Text)
        /// The variables of the agent's process that begin so: each is a value.
        case environment(prefix: Text)
    }

    package enum KeyValueEdition: Int64, Sendable, Hashable {
        /// Without versions.
        case one = 1
        case two = 2
    }

    /// Who may read what. Nothing may be read that no permission names.
    package struct Permission: Sendable, Hashable {
        package var projects: [ProjectName]
        /// Only for units on these targets; all when left out.
        package var on: Selector?
        package var paths: [StorePattern]
    }

    package var name: SecretStoreName
    package var place: Place
    /// The time between two looks at what is in use.
    package var interval: Duration
    package var allow: [Permission]
    /// Whose folder declares it; `nil` for the platform.
    package var owner: ProjectName?

    package init(
        name: SecretStoreName, place: Place, interval: Duration = .seconds(60), allow: [Permission] = [],
        owner: ProjectName? = nil
    ) {
        self.name = name
        self.place = place
        self.interval = interval
        self.allow = allow
        self.owner = owner
    }
}

extension SecretStore {
    package static let shape = Envelope.shape(.secretStore, spec: spec) { name, _, spec in
        SecretStore(name: name, place: spec.place, interval: spec.interval, allow: spec.allow)
    }

    private struct Spec: Sendable {
        var place: Place
        var interval: Duration
        var allow: [Permission]
    }

    private static let spec = Shape<Spec?>.object(
        Field.optional("vault", vault, "A Vault or OpenBao."),
        Field.optional("folder", folder, "A folder of the agent's machine; each file is a value."),
        Field.optional("environment", prefix, "Variables of the agent's process that begin so; each is a value."),
        Field.optional("interval", interval, default: .seconds(60), "The time between two looks for changes; 60s."),
        Field.optional(
            "allow", .list(of: permission), default: [], "Who may read what; nobody anything when left out.")
    ) { vault, folder, prefix, interval, allow in
        (vault ?? folder.map { .folder($0) } ?? prefix.map { .environment(prefix: $0) }).map {
            Spec(place: $0, interval: interval, allow: allow)
        }
    }
    .exactlyOne(of: ["vault", "folder", "environment"])
    .parsed { $0.map { .value($0) } ?? .refused("says nowhere") }

    private static let vault = Shape<Place>.object(
        Field.required("connection", .connection, "A connection's name, resolved by the agent."),
        Field.optional("engine", .storePath, default: "secret", "Where the engine is mounted; secret."),
        Field.optional("version", edition, default: .two, "1 or 2, the default: whether the engine keeps versions.")
    ) { .vault(connection: $0, engine: $1, edition: $2) }

    private static let edition = Shape<Int64>.integer(in: 1...2)
        .parsed { KeyValueEdition(rawValue: $0).map { .value($0) } ?? .refused("must be 1 or 2") }

    private static let folder = Shape<Text>.text
        .checked { $0.utf8.first == UInt8(ascii: "/") ? nil : "must be absolute" }
        .described(as: "an absolute path", pattern: "^/\(StringRule.character)*$")

    private static let prefix = Shape<Text>
        .text("a prefix of names of variables, such as SHOP_", pattern: "^[A-Za-z_][A-Za-z0-9_]*$") { text in
            let isName = text.utf8.allSatisfy { byte in byte == UInt8(ascii: "_") || StorePath.isAlphanumeric(byte) }
            let begins = text.utf8.first.map { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
            return isName && begins ? text : nil
        }

    private static let interval = Shape<Duration>.duration.checked { $0 < .seconds(1) ? "must be at least 1s" : nil }

    private static let permission = Shape<Permission>.object(
        Field.required("projects", .list(of: .name(), atLeast: 1), "The projects that may."),
        Field.optional("on", Selector.shape, "Only on these targets; on all when left out."),
        Field.required(
            "paths", .list(of: .storePattern, atLeast: 1),
            "Patterns of paths in the store: * within a name, ? for one byte, ** for any depth.")
    ) { Permission(projects: $0, on: $1, paths: $2) }
}

extension SecretStore {
    /// For digests: two stores with one summary are asked the same, and allow the same.
    var summary: Value {
        let place: [Value] =
            switch place {
            case .vault(let connection, let engine, let edition):
                ["vault", .string(connection), .string(engine), .number(Number(edition.rawValue))]
            case .folder(let path): ["folder", .string(path)]
            case .environment(let prefix): ["environment", .string(prefix)]
            }
        return [
            .string(name.text), .array(place), .number(Number(interval.nanoseconds)),
            owner.map { .string($0.text) } ?? .null,
        ]
    }
}
