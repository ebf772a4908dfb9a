// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Whom the hub makes of what a provider says of a person. Pure.
package struct ClaimMapping: Sendable, Hashable {
    /// The claim that names a person.
    package enum UserClaim: String, Sendable, Hashable, CaseIterable {
        /// Where the provider does not say that it has not been verified.
        case email
        case preferredUsername = "preferred_username"
        case subject = "sub"
    }

    package var user: UserClaim
    /// The way to the claim that lists groups.
    package var groups: [Text]
    /// Comes before all names of a provider that others must not be taken for; ends with the only `:` in it.
    package var prefix: Text?

    private static let groupLimit = 1000

    package init(user: UserClaim = .email, groups: [Text] = ["groups"], prefix: Text? = nil) {
        self.user = user
        self.groups = groups
        self.prefix = prefix
    }

    /// - Parameter others: prefixes of other providers, whose names this one cannot give.
    package func principal(of claims: Claims, others: Set<Text> = []) throws(SignInFault) -> Principal {
        let name = try name(in: claims)
        let groups = listed(claims[path: groups])
        guard groups.count <= Self.groupLimit else { throw .person("has more than \(Self.groupLimit) groups") }
        guard ours(name, others) else { throw .person("has a name that another provider gives") }
        // Whoever wrote a commit is known by any of their names there.
        let aliases = (["email", "preferred_username", "name"] as [Text]).compactMap { claims.text($0) }
        guard
            let principal = Principal.user(
                full(name), groups: groups.filter { ours($0, others) }.map(full), aliases: aliases + [name])
        else { throw .person("has a name that is more than one line of 256 bytes") }
        return principal
    }

    private func name(in claims: Claims) throws(SignInFault) -> Text {
        guard let name = claims.text(Text(user.rawValue)) else { throw .person("has no claim \(Text(user.rawValue))") }
        guard user == .email else { return name }
        guard name.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false).count == 2,
            name.utf8.first != UInt8(ascii: "@"), name.utf8.last != UInt8(ascii: "@")
        else { throw .person("has an e-mail address that is none") }
        // Some say it in words.
        switch claims["email_verified"] {
        case nil, .bool(true)?, .string("true")?: return name
        default: throw .person("has an e-mail address that nobody has verified")
        }
    }

    private func listed(_ value: Value?) -> [Text] {
        switch value {
        case .string(let text)?: [text]
        case .array(let items)?: items.compactMap(\.stringValue)
        default: []
        }
    }

    private func full(_ name: Text) -> Text { prefix.map { "\($0)\(name)" } ?? name }

    /// A provider without a prefix must not say what looks like one with it.
    private func ours(_ name: Text, _ others: Set<Text>) -> Bool {
        prefix != nil || !others.contains { name.utf8.starts(with: $0.utf8) }
    }
}
