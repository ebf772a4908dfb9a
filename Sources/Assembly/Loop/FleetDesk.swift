// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Fleet
import Foundation
import GitSource
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
        /// Units whose declaration is broken now, and why: they stay as they are.
        var disabled: [UnitID: Text] = [:]
    }

    private(set) var view = View()
    private let fleet: Repository
    private let engine: Engine
    private let content: Content
    private let clocks: Clocks
    private let meters: Meters
    private let opener: RepositoryOpener
    private var repositories: [Source: Repository] = [:]
    private var managed: [UnitID: ManagedUnit] = [:]
    /// What the fleet asked of each unit when it was last installed.
    private var asked: [UnitID: Digest] = [:]
    private var snapshot = FleetSnapshot()
    /// What was wrong with the fleet's files when they were last read.
    private var fleetProblems: [Problem] = []
    private let targets: ServedTargets
    /// Targets that have a driver; units of others are another machine's.
    private var serving: Set<TargetName> = []
    private let makeDriver: @Sendable (ServedTargets.Place) async throws -> any TargetDriver

    /// - Parameter makeDriver: Makes the driver of a target.
    init(
        fleet: Repository, opener: RepositoryOpener, serving targets: ServedTargets, engine: Engine, content: Content,
        clocks: Clocks, meters: Meters,
        makeDriver: @escaping @Sendable (ServedTargets.Place) async throws -> any TargetDriver
    ) {
        self.fleet = fleet
        self.opener = opener
        self.targets = targets
        self.makeDriver = makeDriver
        self.engine = engine
        self.content = content
        self.clocks = clocks
        self.meters = meters
    }

    /// Looks at every source. One that fails leaves its units at their last good version.
    ///
    /// - Parameter moment: Servers are asked that were not since then; `nil`: those that are due.
    func refresh(since moment: Moment? = nil) async {
        let began = clocks.monotonic()
        let look = await fleet.look(at: nil, since: moment)
        do {
            let commit = look.accepted
            // A folder without commits may have changed at any time.
            if commit == nil, let failure = look.failure { throw failure }
            if commit == nil || commit != view.commit { try await read(at: commit) }
            view.problems = fleetProblems
            if let failure = look.failure {
                view.problems.append(Problem(reason: Text("the fleet: \(failure)"), advice: Text(failure.advice)))
            }
            meters.looked(hasFailed: look.failure != nil)
        } catch {
            let advice = (error as? SourceFailure).map { Text($0.advice) }
            view.problems = [Problem(reason: Text("the fleet cannot be read: \(error)"), advice: advice)]
            meters.looked(hasFailed: true)
        }
        await install(fleet: view.commit, look, since: moment)
        meters.lookedAtAll(within: clocks.monotonic().duration(since: began))
    }

    /// Asks every server now.
    func refreshNow() async { await refresh(since: clocks.monotonic()) }

    private func read(at commit: CommitID?) async throws {
        let read = try await FleetReader.read(try await fleet.tree(of: commit).reader)
        view.commit = commit
        view.notices = read.notices
        fleetProblems = read.problems.map { Problem($0.error) }
        if read.isEmpty, snapshot.name != nil, !snapshot.isEmpty {
            fleetProblems.append(
                Problem(
                    reason: "the fleet is suddenly empty; what it declared before stays",
                    advice: "remove applications one by one, or bring the files back"))
        } else if read.name != nil {
            snapshot = read
            view.name = read.name
        }
    }

    /// Gives a driver to targets that are new. One that is declared no more keeps its own, for what is left there.
    private func serve() async {
        for (name, place) in targets.places(in: snapshot) where !serving.contains(name) {
            do {
                try await engine.serve(name, by: try await makeDriver(place))
                serving.insert(name)
            } catch {
                view.problems.append(Problem(reason: Text("Target/\(name) cannot be served: \(error)")))
            }
        }
    }

    private func install(fleet commit: CommitID?, _ fleetLook: SourceLook, since moment: Moment?) async {
        await serve()
        var statuses: [SourceName: SourceStatus] = [:]
        if case .git = fleet.kind, let name = SourceName(Source.fleetItself) {
            statuses[name] = SourceStatus(name, at: fleet.place, following: fleet.follow(nil), fleetLook)
        }
        var units: [ManagedUnit] = []
        var specs: [UnitID: (spec: UnitSpec, repository: Repository)] = [:]
        for spec in snapshot.units() where serving.contains(spec.unit.target) {
            do {
                let repository = try await repository(of: spec)
                var source = commit
                if let name = spec.source {
                    let look = await repository.look(at: spec.follow, since: moment)
                    meters.looked(hasFailed: look.failure != nil)
                    if statuses[name]?.reason == nil {
                        statuses[name] = SourceStatus(
                            name, at: repository.place, following: repository.follow(spec.follow), look)
                    }
                    if look.accepted == nil, let failure = look.failure { throw failure }
                    source = look.accepted
                }
                var version = Version(fleet: commit, source: source)
                // A commit of the fleet that leaves the unit as it was is no new version of it.
                if let before = managed[spec.unit]?.newest, before.source == source, asked[spec.unit] == spec.digest {
                    version = before
                }
                asked[spec.unit] = spec.digest
                specs[spec.unit] = (spec, repository)
                units.append(
                    ManagedUnit(
                        context: UnitContext(
                            unit: spec.unit, project: spec.project, limits: spec.limits, driftRules: spec.driftRules),
                        policy: spec.policy, newest: version, dependsOn: spec.dependsOn))
            } catch {
                if let name = spec.source, statuses[name] == nil { statuses[name] = status(name, failed: "\(error)") }
                view.problems.append(Problem(reason: Text("\(spec.unit): \(error)")))
                if let before = managed[spec.unit] { units.append(before) }
            }
        }
        view.sources = statuses.values.sorted { $0.name < $1.name }
        await content.install(specs)
        await engine.install(units, removed: await missing(from: Set(units.map(\.unit))))
        managed = Dictionary(units.map { ($0.unit, $0) }) { first, _ in first }
        // Content without commits may have changed at any time.
        await engine.suspect(units.filter { $0.newest?.source == nil }.map(\.unit))
    }

    /// Looks for units that this fleet had and does not declare. Gives those that somebody took out of it; what is
    /// declared in a broken way is noted, and left alone.
    private func missing(from kept: Set<UnitID>) async -> [ManagedUnit] {
        view.disabled = [:]
        guard let fleet = snapshot.name else { return [] }
        var removed: [ManagedUnit] = []
        for (unit, record) in await engine.knownRecords() where !kept.contains(unit) && unit.fleet == fleet {
            guard !record.isRemoved, !record.inventory.entries.isEmpty || record.applied != nil else { continue }
            let project = ProjectName(record.testament.project) ?? managed[unit]?.context.project
            guard let project else { continue }
            switch snapshot.fate(of: unit, project: project) {
            case .declared: continue
            case .disabled(let reason):
                view.disabled[unit] = reason
                continue
            case .removed: guard serving.contains(unit.target) else { continue }
            }
            var policy = SyncPolicy()
            policy.onRemoval = SyncPolicy.OnRemoval(rawValue: record.testament.onRemoval.string) ?? .orphan
            // Whoever takes an application out may delete no more than its project may touch.
            let limits = managed[unit]?.context.limits ?? snapshot.limits(of: project, on: unit.target) ?? .nothing
            removed.append(
                ManagedUnit(
                    context: UnitContext(unit: unit, project: project, limits: limits), policy: policy, newest: nil))
        }
        return removed
    }

    private func status(_ name: SourceName, failed reason: String) -> SourceStatus {
        SourceStatus(name: name, url: "", following: "", state: .failed, reason: Text(reason))
    }

    private func repository(of spec: UnitSpec) async throws -> Repository {
        guard let name = spec.source else { return fleet }
        guard let source = snapshot.sources[name] else { throw ContentFailure("the source \(name) is not declared") }
        if let known = repositories[source] { return known }
        let repository = try await opener.source(source, absolute: targets.absolute)
        repositories[source] = repository
        return repository
    }

    /// A look asks only those servers that are due; repositories on this machine are looked at by their files.
    private static let interval = Duration.seconds(2)

    func close() async { await opener.mirrors.close() }

    /// Looks for new commits until cancelled.
    func run() async {
        while !Task.isCancelled {
            try? await clocks.sleep(clocks.monotonic().advanced(by: Self.interval * Double.random(in: 0.9..<1.1)))
            if !Task.isCancelled { await refresh() }
        }
    }
}
