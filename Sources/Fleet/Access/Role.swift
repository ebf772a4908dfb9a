// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model

/// The kind Role: what those may do who are bound to it.
package struct Role: Sendable, Hashable {
    package struct Rule: Sendable, Hashable {
        package var verbs: [Verb]
        package var scope: AccessScope

        package init(verbs: [Verb], scope: AccessScope = AccessScope()) {
            self.verbs = verbs
            self.scope = scope
        }
    }

    package var name: RoleName
    package var rules: [Rule]

    package init(name: RoleName, rules: [Rule]) {
        self.name = name
        self.rules = rules
    }
}

extension Role {
    package static let shape = Envelope.shape(.role, spec: spec) { name, _, rules in Role(name: name, rules: rules) }

    private static let spec = Shape<[Rule]>.object(
        Field.required("allow", .list(of: rule, atLeast: 1), "What is allowed. Nothing else is.")
    ) { $0 }

    private static let rule = Shape<Rule>.object(
        Field.required(
            "verbs", .list(of: .choice(), atLeast: 1),
            "What may be done: read, sync, pause, rollback, confirm, approve, accept, audit, admin."),
        AccessScopeFields.projects, AccessScopeFields.applications, AccessScopeFields.on
    ) { Rule(verbs: $0, scope: AccessScope(projects: $1 ?? [], applications: $2, on: $3)) }
}

extension Role {
    /// The roles that every fleet has. None of these names can be declared.
    package static let builtIn: [Role] = [
        role("viewer", [.read]),
        role("operator", [.read, .sync, .pause, .rollback]),
        role("approver", [.read, .approve, .confirm]),
        role("admin", Verb.allCases),
    ].compactMap(\.self)

    private static func role(_ name: Text, _ verbs: [Verb]) -> Role? {
        RoleName(name).map { Role(name: $0, rules: [Rule(verbs: verbs)]) }
    }
}

extension Role {
    /// For digests: two roles with one summary allow the same.
    var summary: Value {
        let rules = rules.map { rule -> Value in
            [.array(rule.verbs.map { .string(Text($0.rawValue)) }), rule.scope.summary]
        }
        return [.string(name.text), .array(rules)]
    }
}
