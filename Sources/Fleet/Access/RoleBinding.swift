// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// The kind RoleBinding: who has a role, and where.
package struct RoleBinding: Sendable, Hashable {
    package enum Subject: Sendable, Hashable {
        case user(Text)
        case group(Text)
        case token(TokenName)
        case workload(Workload)
    }

    /// Programs that sign in by a provider's token: those of which it says all of this.
    package struct Workload: Sendable, Hashable {
        package struct Claim: Sendable, Hashable {
            package var name: Text
            /// One of these, exactly.
            package var values: [Text]

            package init(name: Text, values: [Text]) {
                self.name = name
                self.values = values
            }
        }

        /// A name that only the hub's own folder resolves.
        package var provider: IdentityProviderName
        /// At least one; in the order of their names.
        package var claims: [Claim]

        package init(provider: IdentityProviderName, claims: [Claim]) {
            self.provider = provider
            self.claims = claims.sorted { $0.name < $1.name }
        }

        func includes(_ provider: IdentityProviderName, _ said: [Text: Text]) -> Bool {
            provider == self.provider && !claims.isEmpty
                && claims.allSatisfy { claim in said[claim.name].map(claim.values.contains) ?? false }
        }
    }

    package var name: RoleBindingName
    package var role: RoleName
    package var subjects: [Subject]
    /// Narrows what the role is about.
    package var scope: AccessScope
    /// `platform/access.yaml:12`, for explanations; empty where nobody knows.
    package var place: Text

    package init(
        name: RoleBindingName, role: RoleName, subjects: [Subject], scope: AccessScope = AccessScope(), place: Text = ""
    ) {
        self.name = name
        self.role = role
        self.subjects = subjects
        self.scope = scope
        self.place = place
    }
}

extension RoleBinding {
    package static let shape = Envelope.shape(.roleBinding, spec: spec) { name, _, spec in
        RoleBinding(name: name, role: spec.role, subjects: spec.subjects, scope: spec.scope)
    }

    private struct Spec: Sendable {
        var role: RoleName
        var subjects: [Subject]
        var scope: AccessScope
    }

    private static let spec = Shape<Spec>.object(
        Field.required("role", .name(), "A role of the fleet, or viewer, operator, approver or admin."),
        Field.required("to", .list(of: subject, atLeast: 1), "Who has it."),
        AccessScopeFields.projects, AccessScopeFields.applications, AccessScopeFields.on
    ) { Spec(role: $0, subjects: $1, scope: AccessScope(projects: $2 ?? [], applications: $3, on: $4)) }

    private static let subject = Shape<Subject?>.object(
        Field.optional("user", .text, "A user, as the provider of identities names them."),
        Field.optional("group", .text, "A group, as the provider of identities names it."),
        Field.optional("token", Shape<TokenName>.name(), "A token, by its name."),
        Field.optional("workload", workload, "Programs that sign in by the token of a provider: CI.")
    ) { user, group, token, workload in
        user.map { .user($0) } ?? group.map { .group($0) } ?? token.map { .token($0) }
            ?? workload.map { .workload($0) }
    }
    .exactlyOne(of: ["user", "group", "token", "workload"])
    .parsed { $0.map { .value($0) } ?? .refused("names nobody") }

    private static let workload = Shape<Workload>.object(
        Field.required(
            "provider", Shape<IdentityProviderName>.name(),
            "A provider, by the name that the hub's own folder gives it."),
        Field.required(
            "claims", Shape<[KeyedItem<Text, [Text]>]>.map(keys: .text, of: .oneOrMore(of: .text), atLeast: 1),
            "What its token must say, exactly; a list means any of. Name what is yours alone: the repository.")
    ) { provider, claims in
        Workload(provider: provider, claims: claims.map { Workload.Claim(name: $0.key, values: $0.value) })
    }
}

extension RoleBinding.Workload: CustomStringConvertible {
    /// Each with its quotes, so that two that differ read differently.
    package var description: String {
        let claims = claims.map { claim in
            "\(claim.name)=" + claim.values.map { $0.string.debugDescription }.joined(separator: "|")
        }
        return "\(provider) (\(claims.joined(separator: ", ")))"
    }
}

extension RoleBinding.Subject: CustomStringConvertible {
    package var description: String {
        switch self {
        case .user(let name): "user \(name)"
        case .group(let name): "group \(name)"
        case .token(let name): "token \(name)"
        case .workload(let workload): "workload \(workload)"
        }
    }

    /// Whether it means this principal. The machine's own user needs no role, and is no subject of any.
    func includes(_ principal: Principal) -> Bool {
        switch (self, principal.identity) {
        case (.user(let name), .user(let other)): name == other
        case (.group(let name), .user): principal.groups.contains(name)
        case (.token(let name), .token(let other)): name == other
        case (.workload(let workload), .workload(let provider, _)): workload.includes(provider, principal.claims)
        case (.user, _), (.group, _), (.token, _), (.workload, _): false
        }
    }
}

extension RoleBinding {
    /// For digests; where it is written is no part of it.
    var summary: Value {
        [
            .string(name.text), .string(role.text), .array(subjects.map { .string(Text($0.description)) }),
            scope.summary,
        ]
    }
}
