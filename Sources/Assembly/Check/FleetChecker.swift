// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Fleet
import HostTarget
import Manifest
import Model
import Rendering

/// Checks a fleet offline: its files, and all that can be known of the objects that its own applications render to.
struct FleetChecker {
    private let tree: any TreeReader
    private var findings = CheckFindings()
    private var claims = ObjectClaims()
    private var renders: [TreePath: [CheckedObject]] = [:]

    /// - Throws: when the tree itself cannot be read; what is wrong inside it are problems.
    static func check(_ tree: any TreeReader) async throws(TreeError) -> FleetCheck {
        let fleet = try await FleetReader.read(tree)
        var checker = FleetChecker(tree: tree)
        var elsewhere = 0
        for unit in fleet.units() {
            if unit.source == nil { await checker.check(unit) } else { elsewhere += 1 }
        }
        var notices = fleet.notices + checker.findings.notices
        if elsewhere > 0 {
            notices.append("what \(elsewhere) units render from other repositories is not checked here")
        }
        return FleetCheck(
            fleet: fleet.name, problems: fleet.problems.map { Problem($0.error) } + checker.findings.problems,
            notices: notices, units: fleet.units().map(\.unit))
    }

    private init(tree: any TreeReader) { self.tree = tree }

    private mutating func check(_ unit: UnitSpec) async {
        guard let limits = unit.limits.host else { return }
        for object in await objects(of: unit) {
            for access in object.declaration.accesses {
                guard let refusal = limits.refusal(of: access) else { continue }
                findings.add(object.problem("project \(unit.project): \(refusal)"), of: unit.unit)
            }
            guard let (place, first) = claims.claim(object, on: unit.place, by: unit.unit) else { continue }
            let other = first.unit == unit.unit ? "" : " of \(first.unit)"
            findings.add(
                object.problem(
                    "\(unit.unit) declares \(place), which \(first.object.name)\(other) declares at "
                        + first.object.place,
                    advice: "an object belongs to one unit: remove one of them"))
        }
    }

    /// A path is rendered once, however many units it serves.
    private mutating func objects(of unit: UnitSpec) async -> [CheckedObject] {
        if let known = renders[unit.path] { return known }
        var objects: [CheckedObject] = []
        do throws(RenderError) {
            var files = ObjectPlaces(tree: tree)
            let rendered = try await PlainRenderer.render(tree, path: unit.path).objects
            for desired in rendered {
                let places = await files.places(of: desired)
                do throws(InvalidFields) {
                    objects.append(CheckedObject(try HostDeclaration(desired, in: places), desired, places))
                } catch {
                    for error in error.errors { findings.add(error) }
                }
            }
            if rendered.isEmpty { findings.notices.append("\(unit.path) renders no objects") }
        } catch {
            findings.add(error.located(in: unit))
        }
        renders[unit.path] = objects
        return objects
    }
}

/// An object that is understood, and where it stands.
struct CheckedObject: Sendable {
    let declaration: HostDeclaration
    let file: Text
    let position: Position?

    init(_ declaration: HostDeclaration, _ desired: DesiredObject, _ places: Places) {
        self.declaration = declaration
        file = places.file
        position = places.value(FieldPath())
    }

    var name: String { "\(declaration.object.kind)/\(declaration.object.name)" }
    var place: String { position.map { "\(file):\($0.line)" } ?? file.string }

    func problem(_ reason: String, advice: String? = nil) -> ReadingError {
        ReadingError(file: file, position: position, reason: "\(name): \(reason)", advice: advice)
    }
}

extension RenderError {
    fileprivate func located(in unit: UnitSpec) -> ReadingError {
        switch self {
        case .reading(let error): return error
        case .duplicate(let object, let first, let second):
            let origin = ObjectPlaces.Origin(second)
            return ReadingError(
                file: origin.file, position: origin.position,
                reason: "\(object.kind)/\(object.name): is declared already at \(first)",
                advice: "an application declares an object once")
        case .tree, .tooMany:
            return ReadingError(reason: "application \(unit.unit.application): \(self)")
        }
    }
}
