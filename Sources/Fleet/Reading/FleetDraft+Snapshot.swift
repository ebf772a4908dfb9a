// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension FleetDraft {
    /// Checks all references and makes the units. The draft is spent after it.
    mutating func snapshot(named fleet: FleetName?, notices: [Text] = []) -> FleetSnapshot {
        var memory = UnitMemory()
        return snapshot(named: fleet, notices: notices, remembering: &memory)
    }

    /// - Parameter memory: Units of which nothing changed since it was made are not made again.
    mutating func snapshot(
        named fleet: FleetName?, notices: [Text] = [], remembering memory: inout UnitMemory
    ) -> FleetSnapshot {
        var checked = checked(in: fleet)
        guard let fleet else { return bare(checked) }
        memory.stand(on: fleet, checked)
        defer { memory.keep(only: checked.applications.keys) }
        let expansion = UnitExpansion(fleet: fleet, isShortForm: isShortForm, checked: checked)
        var units: [UnitSpec] = []
        for (name, sited) in checked.applications.inOrder {
            if let known = memory.units(of: sited.value) {
                units += known
                continue
            }
            let id = DeclarationID(.application, name.text)
            let chosen = expansion.targets(of: sited.value)
            if chosen.isEmpty {
                // Never taken as a wish to remove it everywhere.
                refuse([id], at: ["spec", "targets"], of: sited.places, "selects no target that is in order")
                checked.applications[name] = nil
                continue
            }
            var made: [UnitSpec] = []
            for target in chosen {
                switch expansion.unit(sited.value, on: target) {
                case .success(let unit):
                    // What the first has not, since overrides make it another, the last one may have.
                    let neighbours = [made.first, made.last].compactMap { $0 }
                    made.append(neighbours.reduce(unit) { $0.sharing($1) })
                case .failure(let refusal): refuse(unit: expansion.id(sited.value, target), refusal, of: sited.places)
                }
            }
            // A refusal is told every time.
            if made.count == chosen.count { memory.note(made, of: sited.value) }
            units += made
        }
        var snapshot = bare(checked)
        snapshot.name = fleet
        snapshot.specs = units.sorted { $0.unit < $1.unit }
        snapshot.notices = notices
        return snapshot
    }

    private func bare(_ checked: Checked) -> FleetSnapshot {
        FleetSnapshot(
            name: nil, targets: checked.targets.mapValues(\.value), sources: checked.sources.mapValues(\.value),
            projects: checked.projects.mapValues(\.value),
            secretStores: checked.secretStores.mapValues(\.value),
            roles: checked.roles.mapValues(\.value), roleBindings: checked.roleBindings.mapValues(\.value),
            notifications: checked.notifications.mapValues(\.value),
            applications: checked.applications.mapValues(\.value),
            specs: [], problems: inOrder(problems), notices: [], disabled: disabled, disabledUnits: disabledUnits,
            unreadable: unreadable)
    }

    private mutating func refuse(unit: UnitID, _ refusal: UnitExpansion.Refusal, of places: Places) {
        disabledUnits.insert(unit)
        let position = places.value(refusal.field) ?? places.value(["metadata", "name"])
        let error = ReadingError(
            file: places.file, position: position, reason: "\(unit): \(refusal.reason)", advice: refusal.advice)
        problems.append(FleetProblem(error, units: [unit]))
    }

    private func inOrder(_ problems: [FleetProblem]) -> [FleetProblem] {
        problems.enumerated().sorted { left, right in
            let (a, b) = (left.element.error, right.element.error)
            return (a.file, a.position?.offset ?? -1, left.offset) < (b.file, b.position?.offset ?? -1, right.offset)
        }.map(\.element)
    }
}
