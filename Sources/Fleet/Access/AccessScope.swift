// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model

/// What a role or a binding is about. What is left out does not limit.
package struct AccessScope: Sendable, Hashable {
    /// Empty: all.
    package var projects: [ProjectName]
    /// Applications by their labels; every application has the label `name` beside its own.
    package var applications: Selector?
    /// Targets by their labels; every target has the label `name` beside its own.
    package var on: Selector?

    package init(projects: [ProjectName] = [], applications: Selector? = nil, on: Selector? = nil) {
        self.projects = projects
        self.applications = applications
        self.on = on
    }

    /// Whether it is about the whole fleet, what belongs to no unit included.
    package var isWhole: Bool { projects.isEmpty && applications == nil && on == nil }

    /// For digests.
    var summary: Value {
        func rows(_ selector: Selector?) -> Value {
            .array(
                (selector?.requirements ?? []).map { requirement in
                    [.string(requirement.key), .array(requirement.values.map(Value.string))]
                })
        }
        return [.array(projects.map { .string($0.text) }), rows(applications), rows(on)]
    }

    func includes(_ facts: UnitFacts) -> Bool { includes(applicationOf: facts) && includes(targetOf: facts) }

    func includes(applicationOf facts: UnitFacts) -> Bool {
        if !projects.isEmpty, !projects.contains(where: { $0 == facts.project }) { return false }
        return applications?.matches(facts.applicationLabels, name: facts.application) ?? true
    }

    func includes(targetOf facts: UnitFacts) -> Bool {
        on?.matches(facts.targetLabels, name: facts.target) ?? true
    }
}

/// What of a unit decides who may do something with it.
package struct UnitFacts: Sendable, Hashable {
    /// `nil` where nobody knows any more.
    package var project: ProjectName?
    package var application: ApplicationName
    package var target: TargetName
    /// As declared, without the label `name`.
    package var applicationLabels: Labels
    package var targetLabels: Labels

    package init(
        project: ProjectName?, application: ApplicationName, target: TargetName, applicationLabels: Labels = [:],
        targetLabels: Labels = [:]
    ) {
        self.project = project
        self.application = application
        self.target = target
        self.applicationLabels = applicationLabels
        self.targetLabels = targetLabels
    }
}

/// The fields of a map that say what it is about.
enum AccessScopeFields {
    static let projects: Field<[ProjectName]?> = .optional(
        "projects", .list(of: .name(), atLeast: 1), "Only units of these projects.")
    static let applications: Field<Selector?> = .optional(
        "applications", Selector.shape, "Only applications with these labels; {name: web} means one.")
    static let on: Field<Selector?> = .optional(
        "on", Selector.shape, "Only on targets with these labels; {name: prod} means one.")
}
