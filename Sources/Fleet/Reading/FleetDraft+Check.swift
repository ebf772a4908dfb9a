// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension FleetDraft {
    /// What stands after duplicates and dangling references are taken out.
    struct Checked: Sendable {
        var targets: [TargetName: Sited<Target>] = [:]
        var sources: [SourceName: Sited<Source>] = [:]
        var projects: [ProjectName: Sited<Project>] = [:]
        var secretStores: [SecretStoreName: Sited<SecretStore>] = [:]
        var applications: [ApplicationName: Sited<Application>] = [:]
        var roles: [RoleName: Sited<Role>] = [:]
        var roleBindings: [RoleBindingName: Sited<RoleBinding>] = [:]
        var notifications: [NotificationName: Sited<NotificationRule>] = [:]
    }

    mutating func checked(in fleet: FleetName?) -> Checked {
        var checked = Checked()
        checked.targets = unique(targets, .target)
        checked.sources = unique(sources, .source)
        checked.projects = unique(projects, .project)
        for name in secretStores.keys.sorted() { keepStoreOfPlatform(name) }
        checked.secretStores = unique(secretStores, .secretStore)
        noteUnknownReaders(of: checked.secretStores)
        checkRoles(&checked)
        checkNotifications(&checked)
        for name in applications.keys.sorted() { keepIncumbent(name, in: fleet) }
        for (name, application) in unique(applications, .application).inOrder {
            if refersWell(application, checked) { checked.applications[name] = application }
        }
        refuseCircles(in: &checked)
        return checked
    }

    /// No project takes away from others what the platform gives them, by a declaration of the same name.
    private mutating func keepStoreOfPlatform(_ name: SecretStoreName) {
        guard let all = secretStores[name] else { return }
        let platforms = all.filter { $0.value.owner == nil }
        guard let first = platforms.first, platforms.count < all.count else { return }
        secretStores[name] = platforms
        for rival in all where rival.value.owner != nil {
            refuse(
                [], at: ["metadata", "name"], of: rival.places,
                "\(DeclarationID(.secretStore, name.text)) is the platform's, declared at \(place(of: first.places))",
                advice: "names of stores are unique in the whole fleet: rename this one")
        }
    }

    /// A slip in a project's name must not go unseen until somebody misses a secret. The others may read on.
    private mutating func noteUnknownReaders(of stores: [SecretStoreName: Sited<SecretStore>]) {
        for (_, sited) in stores.sorted(by: { $0.key < $1.key }) {
            for (index, permission) in sited.value.allow.enumerated() {
                for project in permission.projects where projects[project] == nil {
                    if disabled.contains(DeclarationID(.project, project.text)) { continue }
                    let path = FieldPath([.key("spec"), .key("allow"), .index(index), .key("projects")])
                    refuse(
                        [], at: path, of: sited.places, "there is no project \(quoted(project.text))",
                        advice: Suggestion.advice(for: project.text, among: projects.keys.map(\.text).sorted()))
                }
            }
        }
    }

    /// Of declarations in several projects, takes out those that are not of the one whose application runs. Where that
    /// project's own cannot be read just now, no other takes its place.
    private mutating func keepIncumbent(_ name: ApplicationName, in fleet: FleetName?) {
        let id = DeclarationID(.application, name.text)
        guard let owner = incumbents.project(of: name, in: fleet), let all = applications[name] else { return }
        let own = all.filter { $0.value.project == owner }
        let mayBeBroken = disabled.contains(id) || unreadable.contains(.project(owner))
        guard own.count < all.count, !own.isEmpty || mayBeBroken else { return }
        applications[name] = own.isEmpty ? nil : own
        for rival in all where rival.value.project != owner {
            let other = own.first.map { ", declared at \(place(of: $0.places))" } ?? ", whose own is not in order"
            // Without an incumbent in order the name stays disabled: nobody else's content goes there.
            refuse(
                own.isEmpty ? [id] : [], at: ["metadata", "name"], of: rival.places,
                "\(id) is project \(owner)'s\(other)",
                advice: "names of applications are unique in the whole fleet: rename this one")
        }
    }

    /// Two declarations of one name disable each other: nobody can say which is meant.
    mutating func unique<Noun, Declared>(
        _ all: [Name<Noun>: [Sited<Declared>]], _ kind: FleetKind
    ) -> [Name<Noun>: Sited<Declared>] {
        var unique: [Name<Noun>: Sited<Declared>] = [:]
        for (name, sited) in all.inOrder {
            let id = DeclarationID(kind, name.text)
            if sited.count == 1, let only = sited.first {
                // A broken file that seems to declare it as well does not count against one that is in order.
                unique[name] = only
                disabled.remove(id)
                continue
            }
            for (index, one) in sited.enumerated() {
                let other = sited[index == 0 ? 1 : 0]
                refuse(
                    [id], at: ["metadata", "name"], of: one.places,
                    "\(id) is declared also at \(place(of: other.places))", advice: "rename or remove one of them")
            }
        }
        return unique
    }

    private func place(of places: Places) -> String {
        places.value(["metadata", "name"]).map { "\(places.file):\($0.line)" } ?? places.file.string
    }

    /// Applications that wait for each other are all refused, and the circle is named.
    private mutating func refuseCircles(in checked: inout Checked) {
        let graph = checked.applications.mapValues { $0.value.dependsOn.map(\.application) }
        for circle in DependencyCircle.all(in: graph) {
            guard let first = circle.way.first else { continue }
            let way = words(for: circle.way + [first])
            let onTheWay = Set(circle.way)
            for name in circle.members {
                guard let sited = checked.applications.removeValue(forKey: name) else { continue }
                refuse(
                    [DeclarationID(.application, name.text)], at: ["spec", "dependsOn"], of: sited.places,
                    onTheWay.contains(name) ? "waits for itself: \(way)" : "waits for itself by way of \(first)",
                    advice: "remove one of these dependencies")
            }
        }
    }

    private func words(for way: [ApplicationName]) -> String {
        let shown = way.count <= 12 ? way.map(\.description) : way.prefix(8).map(\.description) + ["…"]
        return shown.joined(separator: " → ")
    }
}
