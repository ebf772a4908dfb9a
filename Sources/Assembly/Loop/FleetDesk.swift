// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Fleet
import Foundation
import Manifest
import Model

/// Looks after the fleet: reads it again when it has changed, finds the newest commit of every source, and tells the
/// engine.
actor FleetDesk {
    struct View: Sendable {
        var name: FleetName?
        var commit: CommitID?
        var sources: [SourceStatus] = []
        var problems: [Problem] = []
        var notices: [Text] = []
    }

    private(set) var view = View()
    private let fleet: Repository
    private let root: String
    private let engine: Engine
    private let content: Content
    private let clocks: Clocks
    private var repositories: [String: Repository] = [:]
    private var managed: [UnitID: ManagedUnit] = [:]
    /// What the fleet asked of each unit when it was last installed.
    private var asked: [UnitID: Digest] = [:]
    private var snapshot: FleetSnapshot
    /// Targets that this process serves; units of others are another machine's.
    private let serving: Set<TargetName>

    /// - Parameter root: the folder that relative paths of the fleet begin at.
    init(
        fleet: Repository, root: String, snapshot: FleetSnapshot, serving: Set<TargetName>, engine: Engine,
        content: Content, clocks: Clocks
    ) {
        self.fleet = fleet
        self.root = root
        self.snapshot = snapshot
        self.serving = serving
        self.engine = engine
        self.content = content
        self.clocks = clocks
    }

    /// The targets that this process serves, with the folder that each begins at.
    static func roots(of snapshot: FleetSnapshot, below root: String, serving: [TargetName]) -> [TargetName: String] {
        var roots: [TargetName: String] = [:]
        for target in snapshot.targets.values where serving.isEmpty || serving.contains(target.name) {
            switch target.place {
            case .root(let path): roots[target.name] = absolute(path.string, below: root)
            case .machine(let name):
                let isThis = ProcessInfo.processInfo.hostName == name.string
                if isThis || serving.contains(target.name) { roots[target.name] = "/" }
            case .kubernetes: continue
            }
        }
        return roots
    }

    static func absolute(_ path: String, below root: String) -> String {
        path.utf8.first == UInt8(ascii: "/") ? path : root + "/" + path
    }

    /// Asks every source once. A source that fails leaves its units at their last good version.
    func refresh() async {
        do {
            let commit = try await fleet.resolve(nil)
            let read = try await FleetReader.read(try await fleet.tree(of: commit).reader)
            view.commit = commit
            view.problems = read.problems.map { Problem($0.error) }
            view.notices = read.notices
            if read.isEmpty, !snapshot.isEmpty {
                view.problems.append(
                    Problem(
                        reason: "the fleet is suddenly empty; what it declared before stays",
                        advice: "remove applications one by one, or bring the files back"))
            } else if read.name != nil {
                snapshot = read
                view.name = read.name
            }
        } catch {
            view.problems = [Problem(reason: Text("the fleet cannot be read: \(error)"))]
        }
        await install(fleet: view.commit)
    }

    private func install(fleet commit: CommitID?) async {
        var statuses: [SourceName: SourceStatus] = [:]
        var units: [ManagedUnit] = []
        var specs: [UnitID: (spec: UnitSpec, repository: Repository)] = [:]
        for spec in snapshot.units() where serving.contains(spec.unit.target) {
            do {
                let repository = try repository(of: spec)
                let source = spec.source == nil ? commit : try await repository.resolve(spec.follow)
                var version = Version(fleet: commit, source: source)
                // A commit of the fleet that leaves the unit as it was is no new version of it.
                if let before = managed[spec.unit]?.newest, before.source == source, asked[spec.unit] == spec.digest {
                    version = before
                }
                asked[spec.unit] = spec.digest
                specs[spec.unit] = (spec, repository)
                units.append(
                    ManagedUnit(
                        context: UnitContext(unit: spec.unit, project: spec.project, limits: spec.limits),
                        policy: spec.policy, newest: version, dependsOn: spec.dependsOn))
            } catch {
                if let name = spec.source { statuses[name] = status(name, failed: "\(error)") }
                view.problems.append(Problem(reason: Text("\(spec.unit): \(error)")))
                if let before = managed[spec.unit] { units.append(before) }
            }
        }
        view.sources = statuses.values.sorted { $0.name < $1.name }
        await content.install(specs)
        await engine.install(units, removed: await removed(keeping: Set(units.map(\.unit))))
        managed = Dictionary(units.map { ($0.unit, $0) }) { first, _ in first }
    }

    /// Units that this fleet had and that somebody took out of it. What is declared in a broken way is not removed.
    private func removed(keeping kept: Set<UnitID>) async -> [ManagedUnit] {
        guard let fleet = snapshot.name else { return [] }
        var removed: [ManagedUnit] = []
        for (unit, record) in await engine.knownRecords()
        where !kept.contains(unit) && unit.fleet == fleet && serving.contains(unit.target) {
            guard !record.isRemoved, !record.inventory.entries.isEmpty || record.applied != nil else { continue }
            let project = ProjectName(record.testament.project) ?? managed[unit]?.context.project
            guard let project, snapshot.fate(of: unit, project: project) == .removed else { continue }
            var policy = SyncPolicy()
            policy.onRemoval = SyncPolicy.OnRemoval(rawValue: record.testament.onRemoval.string) ?? .orphan
            removed.append(
                ManagedUnit(
                    context: UnitContext(unit: unit, project: project, limits: HostLimits()), policy: policy,
                    newest: nil))
        }
        return removed
    }

    private func status(_ name: SourceName, failed reason: String) -> SourceStatus {
        SourceStatus(name: name, url: "", following: "", state: .failed, reason: Text(reason))
    }

    private func repository(of spec: UnitSpec) throws -> Repository {
        guard let name = spec.source else { return fleet }
        guard let source = snapshot.sources[name] else { throw ContentFailure("the source \(name) is not declared") }
        let path: String
        switch source.location {
        case .folder(let folder): path = Self.absolute(folder.string, below: root)
        case .git(let url) where url.utf8.first == UInt8(ascii: "/") || url.utf8.first == UInt8(ascii: "."):
            path = Self.absolute(url.string, below: root)
        case .git(let url):
            throw ContentFailure("the source \(name) lies at \(url), and this version reads local repositories only")
        }
        if let known = repositories[path] { return known }
        let repository = try Repository(path: path)
        repositories[path] = repository
        return repository
    }

    func close() {
        fleet.close()
        for repository in repositories.values { repository.close() }
    }

    /// Looks for new commits until cancelled.
    func run(every interval: Duration) async {
        while !Task.isCancelled {
            try? await clocks.sleep(clocks.monotonic().advanced(by: interval * Double.random(in: 0.9..<1.1)))
            if !Task.isCancelled { await refresh() }
        }
    }
}
