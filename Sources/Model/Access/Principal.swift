// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Who asks: always somebody. It says who they are; what they may do is for roles to say.
package struct Principal: Sendable, Hashable {
    package enum Identity: Sendable, Hashable {
        /// Root, or the user that runs the engine, at this machine: may do everything.
        case local(user: Text)
        /// A person that a provider vouches for.
        case user(Text)
        /// Whoever holds a token of this name.
        case token(TokenName)
        /// A program that a provider vouches for, as it names it.
        case workload(IdentityProviderName, Text)
    }

    package let identity: Identity
    /// As the provider names them; empty for tokens and at the machine itself.
    package let groups: [Text]
    /// What the token was made for; `nil` for people.
    package let scope: TokenScope?
    /// Other names that a person goes by. They give no rights, and may take some: who wrote a commit is not the one to
    /// approve it.
    package let aliases: [Text]
    /// What a provider says of a program; empty for all others.
    package let claims: [Text: Text]
    /// From where they ask: an IP address, or `local`. Gives no rights.
    package private(set) var address: Text?

    private init(
        _ identity: Identity, groups: [Text] = [], scope: TokenScope? = nil, aliases: [Text] = [],
        claims: [Text: Text] = [:]
    ) {
        self.identity = identity
        self.groups = groups
        self.scope = scope
        self.aliases = aliases
        self.claims = claims
    }

    /// - Parameter user: the name of an account of this machine, or `#1000` where it has none.
    package static func local(user: Text) -> Principal { Principal(.local(user: user)) }

    /// The user of this machine that an act in this process is recorded for.
    package static func local(_ actor: Actor) -> Principal {
        let prefix: Text = "user:"
        let text = actor.text.utf8.starts(with: prefix.utf8) ? actor.text.utf8.dropFirst(prefix.utf8.count) : nil
        return .local(user: text.flatMap { Text(utf8: $0) } ?? actor.text)
    }

    package static func token(_ name: TokenName, scope: TokenScope) -> Principal {
        Principal(.token(name), scope: scope)
    }

    /// `nil` for a name that is nobody's: one that is empty, too long or more than a line. Groups that are no names are
    /// left out.
    package static func user(_ name: Text, groups: [Text] = [], aliases: [Text] = []) -> Principal? {
        guard isName(name) else { return nil }
        return Principal(.user(name), groups: groups.filter(isName), aliases: aliases)
    }

    /// `nil` for a subject that is no name.
    package static func workload(
        _ provider: IdentityProviderName, _ subject: Text, claims: [Text: Text]
    ) -> Principal? {
        guard isName(subject) else { return nil }
        return Principal(.workload(provider, subject), claims: claims)
    }

    /// The same, asking from there.
    package func at(_ address: Text) -> Principal {
        var principal = self
        principal.address = address
        return principal
    }

    /// Who the journal says that did something.
    package var actor: Actor {
        let name: Text =
            switch identity {
            case .local(let user): "user:\(user)"
            case .user(let name): "oidc:\(name)"
            case .token(let name): "token:\(name)"
            case .workload(let provider, let subject): "workload:\(provider):\(subject)"
            }
        return Actor(name, at: address)
    }

    private static func isName(_ text: Text) -> Bool {
        !text.isEmpty && text.utf8.count <= 256 && Text(printable(text.utf8)) == text
    }
}

extension Principal: CustomStringConvertible {
    package var description: String { actor.description }
}

/// What a token was made for: these verbs, on the units of these projects.
package struct TokenScope: Sendable, Hashable {
    package var verbs: Set<Verb>
    /// Empty: the whole fleet.
    package var projects: Set<ProjectName>

    package init(verbs: Set<Verb> = [], projects: Set<ProjectName> = []) {
        self.verbs = verbs
        self.projects = projects
    }
}
