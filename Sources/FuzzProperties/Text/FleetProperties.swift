// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model

enum FleetProperties {
    static func check(_ bytes: [UInt8]) async throws {
        let files = FleetFiles(bytes)
        let fleet = try await FleetReader.read(files)
        for problem in fleet.problems { try check(problem.error, in: files) }
        try checkUnits(of: fleet)
        try require(try await FleetReader.read(files).units() == fleet.units(), "read twice, two fleets")
        for path in files.files.keys.sorted().prefix(6) { try await checkBreaking(path, of: files, fleet) }
    }

    private static func check(_ error: ReadingError, in files: FleetFiles) throws {
        try require(!error.reason.isEmpty, "a problem without a reason")
        guard error.position != nil else { return }
        guard let content = files.files.first(where: { Text($0.key.description) == error.file })?.value else {
            throw Violation(description: "a problem in \(error.file), which does not exist")
        }
        try Places.check(error.position, in: content)
    }

    private static func checkUnits(of fleet: FleetSnapshot) throws {
        let units = fleet.units()
        try require(Set(units.map(\.unit)).count == units.count, "a unit is there twice")
        for unit in units {
            guard let application = fleet.applications[unit.unit.application],
                let target = fleet.targets[unit.unit.target], let project = fleet.projects[unit.project]
            else { throw Violation(description: "\(unit.unit) is made of what is not declared") }
            let source = application.content.source ?? Source.fleetItself
            try require(application.project == project.name, "\(unit.unit) belongs to another project")
            try require(project.sources.contains(source), "\(unit.unit) has a source that its project forbids")
            try require(unit.place == target.place, "\(unit.unit) is on another target")
        }
        for id in fleet.disabled where id.kind == .application {
            try require(!units.contains { $0.unit.application.text == id.name }, "\(id) is disabled and used")
        }
    }

    /// A file that cannot be read never takes anything away.
    private static func checkBreaking(_ path: TreePath, of files: FleetFiles, _ fleet: FleetSnapshot) async throws {
        let other = try await FleetReader.read(files.replacing(path, with: Array("kind: [\n".utf8)))
        for unit in fleet.units() {
            try require(
                other.fate(of: unit.unit, project: unit.project) != .removed, "breaking \(path) removes \(unit.unit)")
        }
        try checkUnits(of: other)
    }
}
