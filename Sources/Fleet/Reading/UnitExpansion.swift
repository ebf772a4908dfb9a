// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// Makes units out of applications and the targets that they select.
struct UnitExpansion: Sendable {
    /// Why one application cannot go to one target.
    struct Refusal: Error, Sendable {
        var field: FieldPath
        var reason: String
        var advice: String?
    }

    let fleet: FleetName
    let isShortForm: Bool
    let checked: FleetDraft.Checked
    /// By name.
    private let targets: [Target]

    init(fleet: FleetName, isShortForm: Bool, checked: FleetDraft.Checked) {
        self.fleet = fleet
        self.isShortForm = isShortForm
        self.checked = checked
        targets = checked.targets.values.map(\.value).sorted { $0.name < $1.name }
    }

    func id(_ application: Application, _ target: Target) -> UnitID {
        UnitID(fleet: fleet, application: application.name, target: target.name)
    }

    /// The targets that an application selects, ordered by name.
    func targets(of application: Application) -> [Target] {
        guard let selector = application.targets else { return isShortForm && targets.count == 1 ? targets : [] }
        return targets.filter { $0.isSelected(by: selector) }
    }

    func unit(_ application: Application, on target: Target) -> Result<UnitSpec, Refusal> {
        Result { () throws(Refusal) in
            if target.place.isHost { try refuseClusterFields(of: application) }
            let (project, limits) = try limits(of: application, on: target)
            let source = application.content.source.flatMap { $0 == Source.fleetItself ? nil : SourceName($0) }
            return UnitSpec(
                unit: id(application, target), project: project, source: source, follow: application.content.follow,
                rendering: rendering(of: application, on: target), place: target.place, limits: limits,
                namespace: application.namespace, driftRules: application.driftRules, policy: application.policy,
                dependsOn: try dependencies(of: application, on: target), secrets: grants(to: project, on: target))
        }
    }

    private func grants(to project: ProjectName, on target: Target) -> [SecretGrant] {
        checked.secretStores.values.compactMap { $0.value.grant(to: project, on: target) }
            .sorted { $0.store.name < $1.store.name }
    }

    private func refuseClusterFields(of application: Application) throws(Refusal) {
        if application.namespace != nil {
            throw Refusal(field: ["spec", "namespace"], reason: "a host has no namespaces", advice: "remove the field")
        }
        for (key, isDefault) in [
            ("ignore" as Text, application.driftRules.ignore.isEmpty),
            ("additions", application.driftRules.additions == DriftRules().additions),
        ] where !isDefault {
            throw Refusal(
                field: ["spec", "sync", key], reason: "on a host every field of an object is Trimtab's",
                advice: "remove the field")
        }
    }

    /// One entry of the project's limits speaks for a target, so that what one grants never mixes with another.
    private func limits(
        of application: Application, on target: Target
    ) throws(Refusal) -> (ProjectName, Grant) {
        if isShortForm { return try ShortForm.limits(of: application, on: target) }
        guard let project = application.project.flatMap({ checked.projects[$0] })?.value else {
            throw Refusal(field: ["spec", "project"], reason: "there is no such project")
        }
        let granted = project.limits.filter { target.isSelected(by: $0.on) }.map(\.grant).filter(target.place.takes)
        guard let limits = granted.first else {
            throw Refusal(
                field: ["metadata", "name"], reason: "project \(project.name) allows nothing on this target",
                advice: "add an entry to the project's limits whose \"on\" selects it")
        }
        guard granted.count == 1 else {
            throw Refusal(
                field: ["metadata", "name"],
                reason: "\(granted.count) entries of project \(project.name)'s limits select this target",
                advice: "make one entry speak for each target")
        }
        return (project.name, limits)
    }

    private func rendering(of application: Application, on target: Target) -> RenderSpec {
        var spec =
            application.renderLayers(on: target).last?.spec
            ?? RenderSpec(path: application.content.path, application: application.name.text)
        if !isShortForm { spec.charts = application.project.flatMap { checked.projects[$0] }?.value.charts ?? [] }
        return spec
    }

    private func dependencies(of application: Application, on target: Target) throws(Refusal) -> [UnitID] {
        var units: Set<UnitID> = []
        for (index, dependency) in application.dependsOn.enumerated() {
            let place = FieldPath([.key("spec"), .key("dependsOn"), .index(index)])
            let name = dependency.application
            // One that is out of order keeps running as it was; this one waits for it where it was.
            guard let other = checked.applications[name]?.value else {
                units.insert(UnitID(fleet: fleet, application: name, target: target.name))
                continue
            }
            let running = targets(of: other)
            let meant =
                dependency.on.map { on in running.filter { $0.isSelected(by: on) } }
                ?? running.filter { $0.name == target.name }
            guard !meant.isEmpty else {
                throw Refusal(
                    field: place, reason: "depends on \(name), which does not run there",
                    advice: "say where with \"on\"")
            }
            units.formUnion(meant.map { id(other, $0) })
        }
        return units.sorted()
    }
}
