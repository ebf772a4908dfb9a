// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension FleetSnapshot {
    /// Applications on the targets that they select, ordered. What a declaration that is broken or missing would have
    /// to say leaves the unit out.
    package func units() -> [UnitSpec] {
        guard let fleet = name else { return [] }
        var units: [UnitSpec] = []
        for application in applications.values {
            guard let selector = application.targets, let project = application.project.flatMap({ projects[$0] }) else {
                continue
            }
            for target in targets.values where target.place.isHost && target.isSelected(by: selector) {
                units.append(unit(application, on: target, project, fleet))
            }
        }
        return units.sorted { $0.unit < $1.unit }
    }

    private func unit(
        _ application: Application, on target: Target, _ project: Project, _ fleet: FleetName
    ) -> UnitSpec {
        var path = application.content.path
        for override in application.overrides where override.on.map({ target.isSelected(by: $0) }) ?? true {
            path = override.path ?? path
        }
        var dependsOn: [UnitID] = []
        for dependency in application.dependsOn {
            if let on = dependency.on {
                for other in targets.values where other.isSelected(by: on) {
                    dependsOn.append(
                        UnitID(fleet: fleet, application: dependency.application, target: other.name))
                }
            } else {
                dependsOn.append(UnitID(fleet: fleet, application: dependency.application, target: target.name))
            }
        }
        let source = application.content.source.flatMap { $0 == Source.fleetItself ? nil : SourceName($0) }
        return UnitSpec(
            unit: UnitID(fleet: fleet, application: application.name, target: target.name), project: project.name,
            source: source, follow: application.content.follow, path: path, place: target.place,
            limits: project.limits(on: target), policy: application.policy, dependsOn: dependsOn.sorted())
    }

    /// Disables applications that name what is not there, or each other in a circle.
    mutating func check() {
        for application in applications.values {
            if let fault = fault(of: application) {
                disable(application.name, fault)
            }
        }
        // All circles are found before any is broken: each of its members is disabled.
        let cycles = applications.keys.sorted().compactMap { name in cycle(from: name).map { (name, $0) } }
        for (name, cycle) in cycles {
            disable(name, "depends on itself: \(cycle.map(\.description).joined(separator: " → "))")
        }
        for target in targets.values where !target.place.isHost {
            notices.append("the target \(target.name) is a cluster, which this version cannot serve yet")
        }
    }

    private mutating func disable(_ name: ApplicationName, _ reason: String) {
        applications[name] = nil
        let id = DeclarationID(.application, name.text)
        problems.append(FleetProblem(ReadingError(reason: "\(id) \(reason)"), disables: id))
    }

    private func fault(of application: Application) -> String? {
        guard let name = application.project else { return "names no project" }
        guard let project = projects[name] else { return "belongs to the project \(name), which is not declared" }
        let source = application.content.source ?? Source.fleetItself
        guard project.sources.contains(source) else {
            return "comes from the source \(quoted(source)), which the project \(name) does not allow"
        }
        if source != Source.fleetItself, SourceName(source).flatMap({ sources[$0] }) == nil {
            return "comes from the source \(quoted(source)), which is not declared"
        }
        if application.targets == nil { return "selects no targets" }
        if application.overrides.contains(where: { $0.kustomize != nil }) {
            return "has an override for Kustomize, which this version cannot do"
        }
        for dependency in application.dependsOn where applications[dependency.application] == nil {
            let isDisabled = disabled.contains(DeclarationID(.application, dependency.application.text))
            if !isDisabled { return "depends on \(dependency.application), which is not declared" }
        }
        return nil
    }

    private func cycle(from start: ApplicationName) -> [ApplicationName]? {
        var path = [start]
        var seen: Set<ApplicationName> = []
        func visit(_ name: ApplicationName) -> Bool {
            for next in (applications[name]?.dependsOn ?? []).map(\.application) {
                path.append(next)
                if next == start || (seen.insert(next).inserted && visit(next)) { return true }
                path.removeLast()
            }
            return false
        }
        return visit(start) ? path : nil
    }
}

extension Project {
    /// The union of what is allowed on a target.
    func limits(on target: Target) -> HostLimits {
        var all = HostLimits()
        for limit in limits where target.isSelected(by: limit.on) {
            guard case .host(let granted) = limit.grant else { continue }
            all.paths += granted.paths
            all.kinds += granted.kinds
            all.services += granted.services
            all.packages += granted.packages
            all.commands += granted.commands
        }
        return all
    }
}
