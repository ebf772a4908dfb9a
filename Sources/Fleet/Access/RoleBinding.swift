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
        Field.optional("token", Shape<TokenName>.name(), "A token, by its name.")
    ) { user, group, token in
        user.map { .user($0) } ?? group.map { .group($0) } ?? token.map { .token($0) }
    }
    .exactlyOne(of: ["user", "group", "token"])
    .parsed { $0.map { .value($0) } ?? .refused("names nobody") }
}

extension RoleBinding.Subject: CustomStringConvertible {
    package var description: String {
        switch self {
        case .user(let name): "user \(name)"
        case .group(let name): "group \(name)"
        case .token(let name): "token \(name)"
        }
    }

    /// Whether it means this principal. The machine's own user needs no role, and is no subject of any.
    func includes(_ principal: Principal) -> Bool {
        switch (self, principal.identity) {
        case (.user(let name), .user(let other)): name == other
        case (.group(let name), .user): principal.groups.contains(name)
        case (.token(let name), .token(let other)): name == other
        case (.user, _), (.group, _), (.token, _): false
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
