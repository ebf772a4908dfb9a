// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Fleet
import HostTarget
import Manifest
import Model
import Rendering

/// Checks a fleet: its files, and all that can be known of the objects that its applications render to without asking a
/// target.
struct FleetChecker {
    /// What a render depends on: it is made once, however many units it serves.
    private struct Job: Hashable {
        var source: SourceName?
        var follow: Application.Follow?
        var spec: RenderSpec
        var namespace: Text?
        var isHost: Bool
        /// Whose sources kustomizations may name.
        var project: ProjectName
    }

    private let trees: SourceTrees
    private let fleet: FleetSnapshot
    private let renderers: Renderers
    private let kubeVersion: Text?
    private var findings = CheckFindings()
    private var claims = ObjectClaims()
    private var clusters: ClusterCheck
    private var renders: [Job: [CheckedObject]] = [:]

    /// - Throws: when the tree itself cannot be read; what is wrong inside it are findings.
    static func check(
        _ tree: any TreeReader, trees: SourceTrees, renderers: Renderers, kubeVersion: Text? = nil
    ) async throws(TreeError) -> FleetCheck {
        let fleet = try await FleetReader.read(tree)
        var checker = FleetChecker(trees: trees, fleet: fleet, renderers: renderers, kubeVersion: kubeVersion)
        var elsewhere = 0
        for unit in fleet.units() where await !checker.check(unit) { elsewhere += 1 }
        checker.findings.current = nil
        checker.clusters.finish(&checker.findings)
        await PlainSecretCheck.run(tree, fleet, into: &checker.findings)
        var notices = fleet.notices + checker.findings.notices
        if elsewhere > 0 {
            notices.append(
                "what \(elsewhere) units render from other repositories is not checked here; --render fetches them")
        }
        let problems: [(finding: FleetCheck.Finding, origin: UnitID?)] = fleet.problems.map {
            (FleetCheck.Finding(.fleet, Problem($0.error)), nil)
        }
        return FleetCheck(
            fleet: fleet.name,
            findings: await checker.countingCharacters(problems + checker.findings.located, in: tree),
            notices: notices, units: fleet.units().map(\.unit))
    }

    private init(trees: SourceTrees, fleet: FleetSnapshot, renderers: Renderers, kubeVersion: Text?) {
        self.trees = trees
        self.fleet = fleet
        self.renderers = renderers
        self.kubeVersion = kubeVersion
        clusters = ClusterCheck(kubeVersion: kubeVersion)
    }

    /// The findings with their columns in characters. What units render lies in their sources, all else in the fleet.
    private func countingCharacters(
        _ findings: [(finding: FleetCheck.Finding, origin: UnitID?)], in tree: any TreeReader
    ) async -> [FleetCheck.Finding] {
        let units = Dictionary(fleet.units().map { ($0.unit, $0) }, uniquingKeysWith: { first, _ in first })
        var columns: [UnitID?: CharacterColumns] = [nil: CharacterColumns(tree: tree)]
        var counted: [FleetCheck.Finding] = []
        for (finding, origin) in findings {
            var finding = finding
            if let line = finding.problem.line, let byte = finding.problem.column {
                if columns[origin] == nil, let unit = origin.flatMap({ units[$0] }) {
                    let own = try? await trees.tree(of: unit, in: fleet)
                    columns[origin] = CharacterColumns(tree: own ?? tree)
                }
                finding.characterColumn = await columns[origin]?.column(
                    line: line, byte: byte, of: finding.problem.file)
            }
            counted.append(finding)
        }
        return counted
    }

    /// Whether it could be looked at: what comes from elsewhere may not be fetched.
    private mutating func check(_ unit: UnitSpec) async -> Bool {
        findings.current = unit.unit
        guard let objects = await objects(of: unit) else { return false }
        let scope = KubernetesScope(definitionsIn: unit.place.isHost ? [] : objects.map(\.desired.manifest))
        for object in objects {
            // A mapping that is not in order was refused by the render.
            for value in (try? SecretMapping(of: object.desired))?.values ?? [] {
                guard case .failure(let refusal) = unit.secrets.store(of: value.value) else { continue }
                findings.add(.projectLimits, object.problem(refusal.reason, advice: refusal.advice), of: unit.unit)
            }
            guard let declaration = object.declaration else {
                clusters.check(object.desired, object.places, of: unit, in: scope, &findings)
                continue
            }
            for access in declaration.accesses {
                guard let refusal = unit.limits.host?.refusal(of: access) else { continue }
                findings.add(.projectLimits, object.problem("project \(unit.project): \(refusal)"), of: unit.unit)
            }
            guard let (place, first) = claims.claim(object, declaration, on: unit.place, by: unit.unit) else {
                continue
            }
            let other = first.unit == unit.unit ? "" : " of \(first.unit)"
            findings.add(
                .duplicateObject,
                object.problem(
                    "\(unit.unit) declares \(place), which \(first.object.name)\(other) declares at "
                        + first.object.place,
                    advice: "an object belongs to one unit: remove one of them"))
        }
        return true
    }

    private mutating func objects(of unit: UnitSpec) async -> [CheckedObject]? {
        let job = Job(
            source: unit.source, follow: unit.follow, spec: unit.rendering, namespace: unit.namespace,
            isHost: unit.place.isHost, project: unit.project)
        if let known = renders[job] { return known }
        var objects: [CheckedObject] = []
        do {
            guard let tree = try await trees.tree(of: unit, in: fleet) else { return nil }
            var files = ObjectPlaces(tree: tree)
            let request = RenderInput(
                spec: unit.rendering, namespace: unit.namespace, capabilities: Capabilities(kubeVersion: kubeVersion),
                unit: Text("\(unit.unit)"))
            let rendered = try await renderers.render(request, in: tree, beside: trees.remotes(of: unit, in: fleet))
            for note in rendered.notes { findings.note(note) }
            for desired in rendered.objects {
                let places = await files.places(of: desired)
                guard unit.place.isHost else {
                    objects.append(CheckedObject(nil, desired, places))
                    continue
                }
                do throws(InvalidFields) {
                    objects.append(CheckedObject(try HostDeclaration(desired, in: places), desired, places))
                } catch {
                    for error in error.errors { findings.add(.object, error) }
                }
            }
            if rendered.objects.isEmpty { findings.note("\(Text("\(unit.path)")) renders no objects") }
        } catch let error as RenderError {
            if await trees.takeLack() { return nil }
            add(error, of: unit)
        } catch {
            findings.add(
                .source, ReadingError(reason: "application \(unit.unit.application): \(error)"))
        }
        renders[job] = objects
        return objects
    }
}

extension FleetChecker {
    /// What a render says of no file is told at the line of the fleet that made it so.
    private mutating func add(_ error: RenderError, of unit: UnitSpec) {
        let found = error.located(in: unit)
        guard found.file.isEmpty, let line = declaration(of: unit, blamedBy: error) else {
            return findings.add(.render, found)
        }
        let origin = ObjectOrigin(line)
        // The fleet's own file, whatever the unit's source is.
        findings.current = nil
        findings.add(
            .render,
            ReadingError(file: origin.file, position: origin.position, reason: found.reason, advice: found.advice))
        findings.current = unit.unit
    }

    /// `projects/shop/web.yaml:12`: the setting that names what is not there, else where the application begins.
    private func declaration(of unit: UnitSpec, blamedBy error: RenderError) -> Text? {
        guard let application = fleet.applications[unit.unit.application], let target = fleet.targets[unit.unit.target]
        else { return nil }
        let settings = application.renderSettings(on: target)
        let start = application.renderLayers(on: target).first?.place
        guard case .tree(let tree) = error, let missing = tree.path.map({ Text("\($0)") }) else { return start }
        let named = settings.last {
            $0.value == .string(missing) || $0.value.arrayValue?.contains(.string(missing)) == true
        }
        return named?.place ?? settings.last { $0.field == ["path"] }?.place ?? start
    }
}

/// An object that is understood, and where it stands.
struct CheckedObject: Sendable {
    /// `nil` for what is no host's.
    let declaration: HostDeclaration?
    let desired: DesiredObject
    let places: Places

    init(_ declaration: HostDeclaration?, _ desired: DesiredObject, _ places: Places) {
        self.declaration = declaration
        self.desired = desired
        self.places = places
    }

    private var position: Position? { places.value(FieldPath()) }
    var name: String { "\(desired.id.kind)/\(desired.id.name)" }
    var place: String { position.map { "\(places.file):\($0.line)" } ?? places.file.string }

    func problem(_ reason: String, advice: String? = nil) -> ReadingError {
        ReadingError(file: places.file, position: position, reason: "\(name): \(reason)", advice: advice)
    }
}

extension RenderError {
    fileprivate func located(in unit: UnitSpec) -> ReadingError {
        switch self {
        case .reading(let error):
            guard error.file.isEmpty else { return error }
            return ReadingError(
                reason: "application \(unit.unit.application): \(error.reason)", advice: error.advice)
        case .duplicate(let object, let first, let second):
            let origin = ObjectOrigin(second)
            return ReadingError(
                file: origin.file, position: origin.position,
                reason: "\(object.kind)/\(object.name): is declared already at \(first)",
                advice: "an application declares an object once")
        case .failed(let reason, let advice):
            return ReadingError(
                reason: "application \(unit.unit.application): \(reason)", advice: advice?.string)
        case .tree, .tooMany, .unsupported:
            return ReadingError(reason: "application \(unit.unit.application): \(self)")
        }
    }
}
