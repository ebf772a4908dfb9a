// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension FleetDraft {
    /// Takes in one document of a file.
    mutating func add(_ document: YAML.Document, territory: Territory) {
        let places = Places(document)
        let value = document.value
        guard let kind = kind(of: value, places, territory) else { return }
        let named = value["metadata"]?["name"]?.stringValue.map { [DeclarationID(kind, $0)] } ?? []
        guard mayDeclare(kind, in: territory) else {
            return note(at: ["kind"], of: places, misplaced(kind, territory).reason, misplaced(kind, territory).advice)
        }
        switch kind {
        case .target: add(Target.shape, value, places, territory, named) { $0.targets[$1.name, default: []].append($2) }
        case .source: add(Source.shape, value, places, territory, named) { $0.sources[$1.name, default: []].append($2) }
        case .project:
            add(Project.shape, value, places, territory, named) { $0.projects[$1.name, default: []].append($2) }
        case .application:
            add(Application.shape, value, places, territory, named) { draft, application, sited in
                guard let owned = draft.owned(sited, territory) else { return }
                draft.applications[application.name, default: []].append(owned)
            }
        case .secretStore:
            add(SecretStore.shape, value, places, territory, named) { draft, store, sited in
                guard let owned = draft.owned(sited, territory) else { return }
                draft.secretStores[store.name, default: []].append(owned)
            }
        case .role: add(Role.shape, value, places, territory, named) { $0.roles[$1.name, default: []].append($2) }
        case .roleBinding:
            add(RoleBinding.shape, value, places, territory, named) { draft, binding, sited in
                var sited = sited
                let line = sited.places.value(["metadata", "name"]).map { ":\($0.line)" } ?? ""
                sited.value.place = "\(sited.places.file)\(line)"
                draft.roleBindings[binding.name, default: []].append(sited)
            }
        case .notification:
            add(NotificationRule.shape, value, places, territory, named) { draft, rule, sited in
                var sited = sited
                if case .project(let owner) = territory { sited.value.owner = owner }
                draft.notifications[rule.name, default: []].append(sited)
            }
        case .fleet:
            note(at: ["kind"], of: places, "Fleet is declared in fleet.yaml only")
        }
    }

    private mutating func add<Declared>(
        _ shape: Shape<Declared>, _ value: Value, _ places: Places, _ territory: Territory, _ named: [DeclarationID],
        into place: (inout FleetDraft, Declared, Sited<Declared>) -> Void
    ) {
        do throws(InvalidFields) {
            let declared = try shape.decode(value, in: places)
            place(&self, declared, Sited(value: declared, places: places))
        } catch {
            disable(named)
            if named.isEmpty { unreadable.insert(territory) }
            problems += error.errors.map { FleetProblem($0, affects: named) }
        }
    }

    /// `nil` when it is no kind of ours, which is noted.
    private mutating func kind(of value: Value, _ places: Places, _ territory: Territory) -> FleetKind? {
        guard let written = value["kind"]?.stringValue else {
            unreadable.insert(territory)
            let reason = value.objectValue == nil ? "must be a map with \"kind\"" : "\"kind\" is missing"
            note(at: ["kind"], of: places, reason)
            return nil
        }
        let version = value["apiVersion"]?.stringValue
        if let kind = FleetKind(rawValue: written.string), kind.word == written,
            version == nil || version == FleetKind.apiVersion
        {
            return kind
        }
        if let version, version != FleetKind.apiVersion {
            note(
                at: ["apiVersion"], of: places,
                "\(quoted(written)) of \(quoted(version)) is no kind of \(FleetKind.apiVersion)",
                "objects are rendered from an application's source; they do not belong in this folder")
        } else {
            unreadable.insert(territory)
            let known = FleetKind.allCases.filter { mayDeclare($0, in: territory) }.map(\.word)
            note(
                at: ["kind"], of: places, "unknown kind \(quoted(written))",
                Suggestion.advice(for: written, among: known)
                    ?? "known here: \(known.map(\.string).joined(separator: ", "))")
        }
        return nil
    }

    /// The application with its project; `nil` when it claims the wrong one, which is noted.
    private mutating func owned(_ sited: Sited<Application>, _ territory: Territory) -> Sited<Application>? {
        var sited = sited
        let id = DeclarationID(.application, sited.value.name.text)
        let path: FieldPath = ["spec", "project"]
        switch (territory, sited.value.project) {
        case (.project(let owner), .some(let said)) where owner != said:
            refuse(
                [id], at: path, of: sited.places, "lies in the folder of project \(owner) and says project \(said)",
                advice: "leave the field out")
            return nil
        case (.project(let owner), _):
            sited.value.project = owner
        case (.platform, nil) where !isShortForm:
            refuse([id], at: ["spec"], of: sited.places, "\"project\" is missing; the platform folder belongs to none")
            return nil
        case (.platform, .some) where isShortForm:
            refuse([id], at: path, of: sited.places, "a folder without fleet.yaml has no projects")
            return nil
        case (.platform, _):
            break
        }
        return sited
    }

    /// The store with its owner; `nil` when a project's folder asks for what only the platform may give.
    private mutating func owned(_ sited: Sited<SecretStore>, _ territory: Territory) -> Sited<SecretStore>? {
        guard case .project(let owner) = territory else { return sited }
        var sited = sited
        let id = DeclarationID(.secretStore, sited.value.name.text)
        sited.value.owner = owner
        guard case .vault = sited.value.place else {
            refuse(
                [id], at: ["spec"], of: sited.places, "a project's own store must be a vault",
                advice: "what the agent's machine holds is given out in the platform folder")
            return nil
        }
        for (index, permission) in sited.value.allow.enumerated() where permission.projects != [owner] {
            let path = FieldPath([.key("spec"), .key("allow"), .index(index), .key("projects")])
            refuse(
                [id], at: path, of: sited.places, "lies in the folder of project \(owner), and names others",
                advice: "a project gives to itself alone")
            return nil
        }
        return sited
    }

    /// A problem that disables nothing by name.
    private mutating func note(at path: FieldPath, of places: Places, _ reason: String, _ advice: String? = nil) {
        refuse([], at: path, of: places, reason, advice: advice)
    }

    private func misplaced(_ kind: FleetKind, _ territory: Territory) -> (reason: String, advice: String) {
        if isShortForm {
            return ("\(kind.rawValue) needs a fleet.yaml beside it", "trimtab init makes one")
        }
        switch territory {
        case .platform: return ("\(kind.rawValue) is declared in fleet.yaml only", "move it there")
        case .project:
            return ("a project's folder may not declare \(kind.rawValue)", "move it to the platform folder")
        }
    }
}
