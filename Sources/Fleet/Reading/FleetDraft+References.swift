// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension FleetDraft {
    /// Whether all that an application names is there and may be named; notes everything that is not.
    mutating func refersWell(_ sited: Sited<Application>, _ checked: Checked) -> Bool {
        let before = problems.count
        checkOwner(of: sited, checked)
        checkDependencies(of: sited)
        checkSupport(of: sited)
        return problems.count == before
    }

    private mutating func checkOwner(of sited: Sited<Application>, _ checked: Checked) {
        guard !isShortForm else { return checkSource(of: sited, checked) }
        let application = sited.value
        if application.targets == nil {
            refuse(
                application, at: ["spec"], of: sited.places, "\"targets\" is missing",
                advice: "select targets by labels: {name: TARGET} means one")
        }
        guard let project = application.project.flatMap({ checked.projects[$0] })?.value else {
            let name = application.project.map { quoted($0.text) } ?? "its own"
            return refuse(
                application, at: ["spec", "project"], of: sited.places, "there is no project \(name) that is in order",
                advice: application.project.flatMap {
                    Suggestion.advice(for: $0.text, among: checked.projects.keys.map(\.text).sorted())
                })
        }
        let source = application.content.source ?? Source.fleetItself
        guard project.sources.contains(source) else {
            return refuse(
                application, at: ["spec", "source", "name"], of: sited.places,
                "project \(project.name) does not allow the source \(quoted(source))",
                advice: Suggestion.advice(for: source, among: project.sources))
        }
        checkSource(of: sited, checked)
        checkCharts(of: sited, project)
    }

    private mutating func checkCharts(of sited: Sited<Application>, _ project: Project) {
        var settings: [(helm: HelmSettings?, place: FieldPath)] = [
            (sited.value.content.rendering.helm, ["spec", "source"])
        ]
        for (index, override) in sited.value.overrides.enumerated() {
            settings.append((override.rendering.helm, FieldPath([.key("spec"), .key("overrides"), .index(index)])))
        }
        for (helm, place) in settings {
            guard let repository = helm?.repository, !project.charts.contains(where: { $0.isAt(repository) }) else {
                continue
            }
            refuse(
                sited.value, at: place.appending("helm").appending("repository"), of: sited.places,
                "project \(project.name) does not allow charts of \(quoted(repository))",
                advice: "a project lists them in its spec.charts")
        }
    }

    private mutating func checkSource(of sited: Sited<Application>, _ checked: Checked) {
        let content = sited.value.content
        let path: FieldPath = ["spec", "source"]
        guard let name = content.source, name != Source.fleetItself else {
            if content.follow == nil { return }
            return refuse(
                sited.value, at: path, of: sited.places, "the fleet repository is read at the fleet's own commit",
                advice: "remove branch, tag and commit, or name a source")
        }
        guard let source = SourceName(name).flatMap({ checked.sources[$0] })?.value else {
            return refuse(
                sited.value, at: ["spec", "source", "name"], of: sited.places,
                "there is no source \(quoted(name)) that is in order",
                advice: Suggestion.advice(for: name, among: checked.sources.keys.map(\.text).sorted()))
        }
        switch (source.location, content.follow) {
        case (.git, nil):
            refuse(sited.value, at: path, of: sited.places, "one of branch, tag, commit is missing")
        case (.folder, .some):
            refuse(
                sited.value, at: path, of: sited.places,
                "source \(name) is a folder, which has no branches, tags and commits")
        case (.git, .some), (.folder, nil): break
        }
    }

    private mutating func checkDependencies(of sited: Sited<Application>) {
        for (index, dependency) in sited.value.dependsOn.enumerated() {
            let name = dependency.application
            // One that is out of order is there: this one waits for it.
            let isThere = applications[name] != nil || disabled.contains(DeclarationID(.application, name.text))
            if isThere { continue }
            let path = FieldPath([.key("spec"), .key("dependsOn"), .index(index), .key("application")])
            refuse(
                sited.value, at: path, of: sited.places, "there is no application \(quoted(name.text))",
                advice: Suggestion.advice(for: name.text, among: applications.keys.map(\.text).sorted()))
        }
    }

    /// What can be written and is not done by this version is refused, never passed over.
    private mutating func checkSupport(of sited: Sited<Application>) {
        let later = "is not supported by this version of Trimtab"
        func spec(_ keys: FieldPath.Step...) -> FieldPath { FieldPath([.key("spec")] + keys) }
        if !sited.value.rollout.isEmpty {
            refuse(sited.value, at: spec(.key("rollout")), of: sited.places, "rollout \(later)")
        }
    }

    private mutating func refuse(
        _ application: Application, at path: FieldPath, of places: Places, _ reason: String, advice: String? = nil
    ) {
        refuse([DeclarationID(.application, application.name.text)], at: path, of: places, reason, advice: advice)
    }
}
