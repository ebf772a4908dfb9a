// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Fleet
import Manifest
import Model

/// Roles and who has them, for people.
package struct RoleReport {
    package var roles: RoleList

    package init(_ roles: RoleList) { self.roles = roles }

    package func lines(width: Int?) -> [Line] {
        var rules = Table(["ROLE", "MAY", "ON"].map { Table.Column($0) })
        for role in roles.roles {
            for rule in role.rules {
                let verbs = rule.verbs.map(\.rawValue).joined(separator: ", ")
                rules.append([Line("\(role.name)"), Line(verbs), Line(words(rule.scope))])
            }
        }
        guard !roles.bindings.isEmpty else {
            let words = "Nobody has a role yet: kind: RoleBinding gives them."
            return rules.lines(width: width) + [Line(), Line(words, .faint)]
        }
        var bindings = Table(["BINDING", "ROLE", "TO", "ON", "IN"].map { Table.Column($0) })
        for binding in roles.bindings {
            let subjects = binding.subjects.map(\.description).joined(separator: ", ")
            bindings.append([
                Line("\(binding.name)"), Line("\(binding.role)"), Line(subjects), Line(words(binding.scope)),
                Line(binding.place.string),
            ])
        }
        return rules.lines(width: width) + [Line()] + bindings.lines(width: width)
    }

    /// `projects shop; targets env=prod|staging`, or `everything`.
    private func words(_ scope: AccessScope) -> String {
        var words: [String] = []
        if !scope.projects.isEmpty {
            words.append("projects " + scope.projects.map(\.description).joined(separator: ", "))
        }
        if let applications = scope.applications { words.append("applications \(labels(applications))") }
        if let on = scope.on { words.append("targets \(labels(on))") }
        return words.isEmpty ? "everything" : words.joined(separator: "; ")
    }

    private func labels(_ selector: Selector) -> String {
        selector.requirements.map { requirement in
            "\(requirement.key)=" + requirement.values.map(\.string).joined(separator: "|")
        }.joined(separator: ",")
    }
}
