// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension FleetDraft {
    /// Roles and bindings that are in order. What is not gives nobody anything.
    mutating func checkRoles(_ checked: inout Checked) {
        let builtIn = Set(Role.builtIn.map(\.name))
        for (name, sited) in unique(roles, .role).sorted(by: { $0.key < $1.key }) {
            if builtIn.contains(name) {
                refuse(
                    [DeclarationID(.role, name.text)], at: ["metadata", "name"], of: sited.places,
                    "every fleet has a role \(quoted(name.text)) already", advice: "give yours another name")
                continue
            }
            for (index, rule) in sited.value.rules.enumerated() {
                let path = FieldPath([.key("spec"), .key("allow"), .index(index)])
                noteUnknownProjects(of: rule.scope, at: path, of: sited.places, checked)
            }
            checked.roles[name] = sited
        }
        for (name, sited) in unique(roleBindings, .roleBinding).sorted(by: { $0.key < $1.key }) {
            let role = sited.value.role
            guard checked.roles[role] != nil || builtIn.contains(role) else {
                let known = (builtIn.map(\.text) + checked.roles.keys.map(\.text)).sorted()
                refuse(
                    [DeclarationID(.roleBinding, name.text)], at: ["spec", "role"], of: sited.places,
                    "there is no role \(quoted(role.text)) that is in order",
                    advice: Suggestion.advice(for: role.text, among: known)
                        ?? "known here: \(known.map(\.string).joined(separator: ", "))")
                continue
            }
            noteUnknownProjects(of: sited.value.scope, at: ["spec"], of: sited.places, checked)
            checked.roleBindings[name] = sited
        }
    }

    /// A slip in a project's name must not go unseen until somebody is refused.
    mutating func noteUnknownProjects(
        of scope: AccessScope, at path: FieldPath, of places: Places, _ checked: Checked
    ) {
        for project in scope.projects where checked.projects[project] == nil {
            if disabled.contains(DeclarationID(.project, project.text)) { continue }
            refuse(
                [], at: path.appending("projects"), of: places, "there is no project \(quoted(project.text))",
                advice: Suggestion.advice(for: project.text, among: checked.projects.keys.map(\.text).sorted()))
        }
    }
}
