// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model

/// Reads a fleet from a tree: `fleet.yaml` at its root, then the folders that it names, and nothing else. A broken file
/// disables what it declares and nothing more.
package struct FleetReader: Sendable {
    private let tree: any TreeReader
    private var snapshot = FleetSnapshot()
    private var places: [DeclarationID: Text] = [:]
    private var filesLeft = 10_000

    private static let fileLimit = 4 << 20

    /// - Throws: only when the tree itself cannot be read; what is wrong inside it are problems of the snapshot.
    package static func read(_ tree: any TreeReader) async throws(TreeError) -> FleetSnapshot {
        var reader = FleetReader(tree: tree)
        if let file = TreePath("fleet.yaml".utf8), try await tree.entry(at: file) != nil {
            try await reader.readFleet(file)
        } else {
            try await reader.readShortForm()
        }
        reader.snapshot.check()
        return reader.snapshot
    }

    private init(tree: any TreeReader) { self.tree = tree }

    private mutating func readFleet(_ file: TreePath) async throws(TreeError) {
        var layout: FleetLayout?
        for document in try await documents(of: file) {
            do throws(InvalidFields) {
                layout = try FleetLayout.shape.decode(document.value, in: Places(document))
            } catch {
                report(error.errors, disabling: nil)
            }
        }
        guard let layout else {
            snapshot.isComplete = false
            return
        }
        snapshot.name = layout.name
        try await readFolder(layout.platform, project: nil)
        guard let projects = layout.projects, try await tree.entry(at: projects) != nil else { return }
        for child in try await tree.children(of: projects) where child.kind == .folder {
            guard let folder = projects.appending(child.name) else { continue }
            guard let project = Text(utf8: child.name).flatMap(ProjectName.init) else {
                report(
                    [ReadingError(file: Text("\(folder)"), reason: "the folder's name is no name of a project")],
                    disabling: nil)
                continue
            }
            try await readFolder(folder, project: project)
        }
    }

    private mutating func readFolder(_ folder: TreePath, project: ProjectName?) async throws(TreeError) {
        for child in try await tree.children(of: folder) where child.name.first != UInt8(ascii: ".") {
            guard let path = folder.appending(child.name) else { continue }
            switch child.kind {
            case .folder: try await readFolder(path, project: project)
            case .file where Self.isManifest(child.name): try await readFile(path, project: project)
            default: continue
            }
        }
    }

    /// One file with a target and an application: an implicit project is limited to the target.
    private mutating func readShortForm() async throws(TreeError) {
        let files = try await tree.children(of: .root).filter { entry in
            if case .file = entry.kind { Self.isManifest(entry.name) } else { false }
        }
        guard files.count == 1, let name = files.first?.name, let file = TreePath(name) else {
            let advice = "write one with trimtab init, or put one target and one application into a single file"
            report([ReadingError(file: "fleet.yaml", reason: "there is no such file", advice: advice)], disabling: nil)
            return
        }
        try await readFile(file, project: nil)
        snapshot.name = FleetName("fleet")
        guard let project = ProjectName("default") else { return }
        let hosts = snapshot.targets.values.filter { if case .root = $0.place { true } else { false } }
        snapshot.projects[project] = Project(
            name: project, sources: [Source.fleetItself] + snapshot.sources.keys.map(\.text),
            limits: hosts.compactMap { target in
                guard let selector = Selector(name: target.name) else { return nil }
                return Project.Limit(on: selector, grant: .host(.sandbox))
            })
        for name in snapshot.applications.keys {
            snapshot.applications[name]?.project = project
            if snapshot.applications[name]?.targets == nil, let target = snapshot.targets.keys.first {
                snapshot.applications[name]?.targets = Selector(name: target)
            }
        }
        snapshot.notices.append("no fleet.yaml: an implicit project may touch everything beneath the sandbox's root")
    }

    private mutating func readFile(_ file: TreePath, project: ProjectName?) async throws(TreeError) {
        for document in try await documents(of: file) { declare(document, project: project) }
    }

    private static func isManifest(_ name: [UInt8]) -> Bool {
        [".yaml", ".yml", ".json"].contains { name.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }

    private mutating func documents(of file: TreePath) async throws(TreeError) -> [YAML.Document] {
        filesLeft -= 1
        guard filesLeft > 0 else {
            report([ReadingError(file: Text("\(file)"), reason: "the fleet has too many files")], disabling: nil)
            return []
        }
        do {
            return try YAML.read(
                try await tree.read(file, limit: Self.fileLimit), file: Text("\(file)"), keys: .asWritten)
        } catch let error as ReadingError {
            report([error], disabling: nil)
        } catch let error as TreeError {
            report([ReadingError(file: Text("\(file)"), reason: "\(error)")], disabling: nil)
        } catch {
            report([ReadingError(file: Text("\(file)"), reason: "\(error)")], disabling: nil)
        }
        return []
    }

    /// What cannot be told apart may be anything: then nothing counts as removed.
    private mutating func report(_ errors: [ReadingError], disabling id: DeclarationID?) {
        snapshot.problems += errors.map { FleetProblem($0, disables: id) }
        if id == nil { snapshot.isComplete = false }
    }

    private mutating func declare(_ document: YAML.Document, project: ProjectName?) {
        let places = Places(document)
        func error(_ reason: String, at key: Text, advice: String? = nil) -> ReadingError {
            let place = document.position(of: FieldPath([.key(key)])) ?? document.position(of: FieldPath())
            return ReadingError(file: document.file, position: place, reason: reason, advice: advice)
        }
        let word = document.value["kind"]?.stringValue ?? ""
        guard let kind = FleetKind(rawValue: word.string) else {
            let known = FleetKind.allCases.map(\.rawValue).joined(separator: ", ")
            return report(
                [error("unknown kind \(quoted(word))", at: "kind", advice: "known are \(known)")], disabling: nil)
        }
        let name = document.value["metadata"]?["name"]?.stringValue
        let id = name.map { DeclarationID(kind, $0) }
        guard project == nil || kind.isForProjects else {
            return report(
                [
                    error(
                        "a project's folder must not declare a \(kind.rawValue)", at: "kind",
                        advice: "the platform folder may")
                ],
                disabling: id)
        }
        guard kind.isSupported, kind != .fleet else {
            return report([error("\(kind.rawValue) cannot be used here in this version", at: "kind")], disabling: id)
        }
        do throws(InvalidFields) {
            try add(document.value, kind, project, places)
        } catch {
            return report(error.errors, disabling: id)
        }
        guard let id else { return }
        let place = document.position(of: FieldPath()).map { "\(document.file):\($0.line)" } ?? "\(document.file)"
        if let first = self.places.updateValue(Text(place), forKey: id) {
            remove(id)
            report([error("\(id) is declared already at \(first); neither is used", at: "metadata")], disabling: id)
        }
    }

    private mutating func add(
        _ value: Value, _ kind: FleetKind, _ project: ProjectName?, _ places: Places
    ) throws(InvalidFields) {
        switch kind {
        case .target:
            let target = try Target.shape.decode(value, in: places)
            snapshot.targets[target.name] = target
        case .source:
            let source = try Source.shape.decode(value, in: places)
            snapshot.sources[source.name] = source
        case .project:
            let project = try Project.shape.decode(value, in: places)
            snapshot.projects[project.name] = project
        case .application:
            var application = try Application.shape.decode(value, in: places)
            if let project {
                guard application.project ?? project == project else {
                    throw InvalidFields(errors: [
                        ReadingError(
                            file: places.file, position: places.value(FieldPath([.key("spec"), .key("project")])),
                            reason: "the folder belongs to the project \(project)")
                    ])
                }
                application.project = project
            }
            snapshot.applications[application.name] = application
        case .fleet, .secretStore, .notification: break
        }
    }

    private mutating func remove(_ id: DeclarationID) {
        switch id.kind {
        case .target: TargetName(id.name).map { snapshot.targets[$0] = nil }
        case .source: SourceName(id.name).map { snapshot.sources[$0] = nil }
        case .project: ProjectName(id.name).map { snapshot.projects[$0] = nil }
        case .application: ApplicationName(id.name).map { snapshot.applications[$0] = nil }
        case .fleet, .secretStore, .notification: break
        }
    }
}

extension Places {
    init(_ document: YAML.Document) {
        self.init(
            file: document.file, value: { document.position(of: $0) }, key: { document.keyPosition(of: $0) })
    }
}

extension HostLimits {
    /// Everything beneath the root of a sandbox that files can be.
    static let sandbox = HostLimits(paths: ["/**"], kinds: ["File", "Directory", "Link"])
}

extension Selector {
    /// Every target has a label that is its name.
    init?(name: TargetName) { self.init(requirements: [Requirement(key: "name", values: [name.text])]) }
}
