// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// A fleet while it is put together: what its files declare, and what is wrong so far. Pure.
struct FleetDraft: Sendable {
    /// A declaration and the way to its places.
    struct Sited<Declared: Sendable>: Sendable {
        var value: Declared
        var places: Places
    }

    /// More problems than this in one file say nothing new.
    private static let problemLimit = 100

    let isShortForm: Bool
    let incumbents: Incumbents
    var targets: [TargetName: [Sited<Target>]] = [:]
    var sources: [SourceName: [Sited<Source>]] = [:]
    var projects: [ProjectName: [Sited<Project>]] = [:]
    var secretStores: [SecretStoreName: [Sited<SecretStore>]] = [:]
    var applications: [ApplicationName: [Sited<Application>]] = [:]
    var roles: [RoleName: [Sited<Role>]] = [:]
    var roleBindings: [RoleBindingName: [Sited<RoleBinding>]] = [:]
    var notifications: [NotificationName: [Sited<NotificationRule>]] = [:]
    var problems: [FleetProblem] = []
    var disabled: Set<DeclarationID> = []
    var disabledUnits: Set<UnitID> = []
    var unreadable: Set<Territory> = []

    init(isShortForm: Bool, incumbents: Incumbents = Incumbents()) {
        self.isShortForm = isShortForm
        self.incumbents = incumbents
    }

    /// Takes in what a file declares. What is wrong in one declaration leaves the others of the file alone, unless the
    /// file is no YAML at all.
    mutating func add(_ file: FleetFile, budget: Budget) {
        let documents: [YAML.Document]
        do throws(ReadingError) {
            documents = try YAML.read(file.bytes, file: file.name, budget: budget, keys: .asWritten)
        } catch {
            let names = FleetFile.recognized(in: file.bytes).filter { mayDeclare($0.kind, in: file.territory) }
            disable(names)
            unreadable.insert(file.territory)
            return problems.append(FleetProblem(error, affects: names))
        }
        let before = problems.count
        for document in documents {
            guard problems.count - before < Self.problemLimit else {
                unreadable.insert(file.territory)
                let reason = "more than \(Self.problemLimit) problems; the rest of the file is not read"
                return problems.append(FleetProblem(ReadingError(file: file.name, reason: reason)))
            }
            add(document, territory: file.territory)
        }
    }

    /// Takes in what other files came to.
    mutating func merge(_ other: FleetDraft) {
        for (name, sited) in other.targets { targets[name, default: []] += sited }
        for (name, sited) in other.sources { sources[name, default: []] += sited }
        for (name, sited) in other.projects { projects[name, default: []] += sited }
        for (name, sited) in other.secretStores { secretStores[name, default: []] += sited }
        for (name, sited) in other.applications { applications[name, default: []] += sited }
        for (name, sited) in other.roles { roles[name, default: []] += sited }
        for (name, sited) in other.roleBindings { roleBindings[name, default: []] += sited }
        for (name, sited) in other.notifications { notifications[name, default: []] += sited }
        problems += other.problems
        disabled.formUnion(other.disabled)
        unreadable.formUnion(other.unreadable)
    }

    /// A file that could not even be read.
    mutating func add(unreadable path: TreePath, territory: Territory, reason: String, advice: String? = nil) {
        unreadable.insert(territory)
        problems.append(FleetProblem(ReadingError(file: Text(path.description), reason: reason, advice: advice)))
    }

    /// A file or folder that the tree itself refuses; the error names its path.
    mutating func add(unreadable error: TreeError, territory: Territory, advice: String? = nil) {
        unreadable.insert(territory)
        problems.append(FleetProblem(ReadingError(reason: error.description, advice: advice)))
    }

    mutating func disable(_ declarations: some Sequence<DeclarationID>) { disabled.formUnion(declarations) }

    /// Notes a problem at a field of a declaration, which it disables.
    mutating func refuse(
        _ declarations: [DeclarationID], at path: FieldPath, of places: Places, _ reason: String, advice: String? = nil
    ) {
        disable(declarations)
        let position = places.value(path) ?? places.value(FieldPath())
        let error = ReadingError(file: places.file, position: position, reason: reason, advice: advice)
        problems.append(FleetProblem(error, affects: declarations))
    }

    func mayDeclare(_ kind: FleetKind, in territory: Territory) -> Bool {
        if isShortForm { return kind == .target || kind == .application }
        return territory == .platform ? kind != .fleet : kind.isForProjects
    }
}

extension Places {
    /// Of a document that was read with positions.
    package init(_ document: YAML.Document) {
        self.init(
            file: document.file, value: { document.position(of: $0) }, key: { document.keyPosition(of: $0) })
    }
}
