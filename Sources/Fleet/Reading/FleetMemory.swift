// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model

/// What a fleet's files said when they were last read, each known by its content: a commit that changes one of many
/// thousand files costs the reading of that one. Also the units that came of them.
package struct FleetMemory: Sendable {
    /// What one file came to by itself.
    struct Part: Sendable {
        var path: TreePath
        var territory: Territory
        var id: ContentID
        /// Of the file.
        var bytes: Int
        var draft: FleetDraft
    }

    /// Beyond so many bytes of files none is kept: they would take more memory than reading them again is worth.
    static let budget = 32 << 20

    /// `nil` until a fleet with a layout was read whole.
    private(set) var layout: FleetLayout?
    /// In the order in which they are read.
    private(set) var parts: [Part] = []
    private var places: [TreePath: Int] = [:]
    /// What reading found beside the files: folders that are missing, links, names that cannot be.
    private(set) var rest = FleetDraft(isShortForm: false)
    var units = UnitMemory()
    /// How many files were read since the beginning, those that were read again included.
    package private(set) var filesRead = 0

    package init() {}

    /// What a file came to, when it still is the one that was read.
    func part(_ path: TreePath, _ id: ContentID, _ territory: Territory) -> Part? {
        guard let place = places[path], parts[place].id == id, parts[place].territory == territory else { return nil }
        return parts[place]
    }

    func part(at path: TreePath) -> Part? { places[path].map { parts[$0] } }

    mutating func countRead() { filesRead += 1 }

    mutating func keep(_ parts: [Part], beside rest: FleetDraft, of layout: FleetLayout) {
        guard parts.reduce(0, { $0 + $1.bytes }) <= Self.budget else { return forgetFiles() }
        (self.layout, self.parts, self.rest) = (layout, parts, rest)
        places = Dictionary(parts.indices.map { (parts[$0].path, $0) }) { first, _ in first }
    }

    mutating func replace(_ part: Part) {
        if let place = places[part.path] { parts[place] = part }
    }

    mutating func forgetFiles() {
        (layout, parts, places, rest) = (nil, [], [:], FleetDraft(isShortForm: false))
    }
}

/// The units of each application as they were last made, for as long as nothing else speaks about them.
struct UnitMemory: Sendable {
    struct Made: Sendable {
        var application: Application
        var units: [UnitSpec]
    }

    /// What all units depend on.
    private struct Ground: Sendable, Equatable {
        var fleet: FleetName
        var targets: [TargetName: Target]
        var projects: [ProjectName: Project]
        var secretStores: [SecretStoreName: SecretStore]
    }

    private var ground: Ground?
    private var made: [ApplicationName: Made] = [:]

    /// Forgets all when targets, projects or stores of secrets are others than before.
    mutating func stand(on fleet: FleetName, _ checked: FleetDraft.Checked) {
        let ground = Ground(
            fleet: fleet, targets: checked.targets.mapValues(\.value), projects: checked.projects.mapValues(\.value),
            secretStores: checked.secretStores.mapValues(\.value))
        if ground != self.ground { made = [:] }
        self.ground = ground
    }

    /// Where an application waits for others, what those select decides as well: such are made anew.
    func units(of application: Application) -> [UnitSpec]? {
        guard application.dependsOn.isEmpty, let made = made[application.name], made.application == application else {
            return nil
        }
        return made.units
    }

    mutating func note(_ units: [UnitSpec], of application: Application) {
        made[application.name] = application.dependsOn.isEmpty ? Made(application: application, units: units) : nil
    }

    mutating func keep(only applications: some Sequence<ApplicationName>) {
        let kept = Set(applications)
        if made.count > kept.count { made = made.filter { kept.contains($0.key) } }
    }
}
