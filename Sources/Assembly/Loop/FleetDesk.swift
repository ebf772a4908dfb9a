// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Fleet
import Foundation
import GitSource
import Manifest
import Model
import Rendering

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

    var view = View()
    let fleet: Repository
    let engine: Engine
    let content: Content
    private let capabilities: CapabilityDesk
    private let stores: StoreDesk
    let clocks: Clocks
    private let meters: Meters
    let opener: RepositoryOpener
    let lookout: Lookout
    let recorder: any EventRecorder
    var ledger: SourceLedger
    var fleetLedger: FleetLedger
    /// What the fleet's files said when they were last read; `nil` before that.
    var fleetNews: FleetLedger.News?
    /// What the last look found, of all that is followed.
    private(set) var looks: [SourceName: [Follow: Finding]] = [:]
    var repositories: [Source: Repository] = [:]
    var nextSweep: Moment?
    private let turnstile = Turnstile()
    /// What was last installed of each unit.
    var managed = DenseTable<UnitID, ManagedUnit>()
    var straySearch = StraySearch()
    var snapshot = FleetSnapshot()
    /// Counts how often the snapshot became another one.
    private(set) var revision = 0
    /// The roles of a revision, worked out.
    var judged: (revision: Int, policy: AccessPolicy)?
    /// Whose units were that are declared no more.
    var former: [UnitID: ProjectName] = [:]
    private var files = FleetFiles()
    private struct Arrangement: Equatable {
        var snapshot: Int
        var serving: Set<TargetName>
    }
    private var arranged: Arrangement?
    /// The served units, by what they follow.
    var groups: [FollowedUnits] = []
    /// Where each of them was when its units were last installed, and what they were read from.
    private var heads: [Following: CommitID?] = [:]
    private var origins: [Following: Repository] = [:]
    /// Those that could not be looked at the last time.
    private var stale: Set<Following> = []
    /// Where bases in other repositories stand.
    var bases: [Following: Base] = [:]
    /// Of the sources of the newest fleet.
    private(set) var declaredBases = DeclaredBases([], absolute: { $0 })
    /// What was wrong with the fleet's files when they were last read.
    var fleetProblems: [Problem] = []
    let targets: ServedTargets
    /// Targets that have a driver; units of others are another machine's.
    var serving: Set<TargetName> = []
    /// Why others have none that should, by the last look.
    private(set) var unserved: [Problem] = []
    private let makeDriver: @Sendable (ServedTargets.Place, FleetName?) async throws -> any TargetDriver

    struct Finding: Sendable {
        var repository: Repository
        var look: SourceLook
        var arrival: CommitSeen.Arrival?
    }

    /// Of the look that is under way: when somebody said that these sources moved.
    private(set) var hints: [SourceName: Time] = [:]

    /// - Parameters:
    ///   - ledger: what is on record of the sources.
    ///   - fleetLedger: and of the fleet's own files.
    ///   - makeDriver: Makes the driver of a target for the fleet.
    init(
        fleet: Repository, opener: RepositoryOpener, recorder: any EventRecorder, ledger: SourceLedger,
        fleetLedger: FleetLedger, serving targets: ServedTargets, engine: Engine, content: Content,
        capabilities: CapabilityDesk, stores: StoreDesk, clocks: Clocks, meters: Meters,
        makeDriver: @escaping @Sendable (ServedTargets.Place, FleetName?) async throws -> any TargetDriver
    ) {
        self.fleet = fleet
        self.opener = opener
        lookout = Lookout(clocks: clocks)
        self.recorder = recorder
        self.ledger = ledger
        self.fleetLedger = fleetLedger
        self.targets = targets
        self.makeDriver = makeDriver
        self.engine = engine
        self.content = content
        self.capabilities = capabilities
        self.stores = stores
        self.clocks = clocks
        self.meters = meters
    }

    /// Looks at every source, after any look that is under way: a commit is read and accepted once. A source that fails
    /// leaves its units at their last good version.
    ///
    /// - Parameters:
    ///   - moment: Servers are asked that were not since then; `nil`: those that are due.
    ///   - sources: whom `moment` concerns; `nil` for all.
    ///   - hints: when somebody said that a source moved.
    func refresh(
        since moment: Moment? = nil, of sources: Set<SourceName>? = nil, hints: [SourceName: Time] = [:]
    ) async {
        await turnstile.enter()
        self.hints = hints
        await look(since: moment, of: sources)
        self.hints = [:]
        await turnstile.leave()
    }

    private func look(since moment: Moment?, of sources: Set<SourceName>?) async {
        let began = clocks.monotonic()
        func due(_ name: SourceName?) -> Moment? {
            guard let sources, let name else { return moment }
            return sources.contains(name) ? moment : nil
        }
        let looked = await lookAtFleet(since: due(SourceName(Source.fleetItself)))
        let look = looked.look
        do {
            let commit = look.accepted
            // A folder without commits may have changed at any time.
            if commit == nil, let failure = look.failure { throw failure }
            if commit == nil || commit != view.commit { try await read(at: commit) }
            view.problems = fleetProblems
            if let failure = look.failure {
                view.problems.append(Problem(reason: Text("the fleet: \(failure)"), advice: Text(failure.advice)))
            }
            if !looked.isWaiting { meters.looked(hasFailed: look.failure != nil) }
        } catch {
            let advice = (error as? SourceFailure).map { Text($0.advice) }
            view.problems = [Problem(reason: Text("the fleet cannot be read: \(error)"), advice: advice)]
            meters.looked(hasFailed: true)
        }
        await install(fleet: view.commit, looked, since: due)
        view.problems += await stores.problems().map { Problem($0) }
        await sweep()
        meters.lookedAtAll(within: clocks.monotonic().duration(since: began))
    }

    /// Asks servers now: all, or those of some sources.
    func refreshNow(_ sources: Set<SourceName>? = nil) async {
        await refresh(since: clocks.monotonic(), of: sources)
    }

    /// Asks the servers of sources that somebody says have moved, and when.
    func refresh(hinted hints: [SourceName: Time]) async {
        await refresh(since: clocks.monotonic(), of: Set(hints.keys), hints: hints)
    }

    /// Asks the stores of secrets now, and believes those that were put back to an earlier state.
    func refreshStores() async { await engine.request(await stores.refreshNow(), .commit) }

    private func read(at commit: CommitID?) async throws {
        let changed = await files.changes(of: fleet, from: view.commit, to: commit)
        if let changed, changed.isEmpty {
            view.commit = commit
            return
        }
        let read: FleetSnapshot
        do {
            let before = files
            (read, files) = try await before.reading(fleet, at: commit, changed, incumbents: await incumbents())
            meters.readFleet(files: files.count - before.count)
        } catch {
            fleetNews = FleetLedger.News(unreadable: Text("\(error)"), at: commit)
            throw error
        }
        view.commit = commit
        view.notices = read.notices
        fleetProblems = read.problems.map { Problem($0.error) }
        fleetNews = FleetLedger.News(read, at: commit)
        if read.isEmpty, snapshot.name != nil, !snapshot.isEmpty {
            let reason: Text = "the fleet is suddenly empty; what it declared before stays"
            fleetNews = FleetLedger.News(read, at: commit, refused: reason)
            fleetProblems.append(
                Problem(reason: reason, advice: "remove applications one by one, or bring the files back"))
        } else if read.name != nil {
            if read != snapshot { revision += 1 }
            snapshot = read
            view.name = read.name
        }
    }

    private func incumbents() async -> Incumbents {
        var incumbents = Incumbents()
        for (unit, held) in await engine.knownRecords().sorted(by: { $0.unit < $1.unit }) {
            let record = held.wrappedValue
            guard !record.isRemoved, let project = ProjectName(record.testament.project) else { continue }
            incumbents.add(unit, of: project)
        }
        return incumbents
    }

    /// Gives a driver to targets that are new. One that is declared no more keeps its own, for what is left there.
    private func serve() async {
        var new: [TargetName: any TargetDriver] = [:]
        unserved = targets.idleness(in: snapshot).map { [$0] } ?? []
        for (name, place) in targets.places(in: snapshot) where !serving.contains(name) {
            do {
                let driver = try await makeDriver(place, snapshot.name)
                try await engine.serve(name, by: driver)
                serving.insert(name)
                new[name] = driver
            } catch {
                unserved.append(Problem(reason: Text("Target/\(name) cannot be served: \(error)")))
            }
        }
        view.problems += unserved
        guard !new.isEmpty else { return }
        await capabilities.admit(new)
        await engine.suspect(await content.note(await capabilities.known))
    }

    /// Tells the engine what is new. Each way through a repository is looked at once, however many units it serves, and
    /// where nothing moved no unit is looked at.
    private func install(
        fleet commit: CommitID?, _ ofFleet: Looked, since due: (SourceName?) -> Moment?
    ) async {
        await serve()
        var statuses: [SourceName: SourceStatus] = [:]
        // Others may ask for the looks while this one waits for a server.
        var looks: [SourceName: [Follow: Finding]] = [:]
        if case .git = fleet.kind, let name = SourceName(Source.fleetItself) {
            statuses[name] = SourceStatus(name, at: fleet.place, following: ofFleet.follow, ofFleet.look)
            looks[name] = [ofFleet.follow: ofFleet.finding]
        }
        let isNewFleet = arrange()
        let found = await self.looks(at: groups.map(\.following) + bases.keys, since: due)
        var changes = Changes()
        for group in groups {
            let (following, specs) = (group.following, group.specs)
            do {
                guard let looked = try found[following]?.get() else { continue }
                let (repository, look) = (looked.repository, looked.look)
                var source = commit
                if let name = following.source {
                    if !looked.isWaiting { meters.looked(hasFailed: look.failure != nil) }
                    if look.accepted == nil, look.failure == nil, looked.isWaiting {
                        throw ContentFailure("\(repository.place): was not looked at yet; its server has not answered")
                    }
                    if looked.isWaiting, due(name) != nil {
                        let reason: Text =
                            "\(repository.place): has not answered yet; what was known of it before stands"
                        view.problems.append(Problem(reason: reason, advice: "ask again, or see what keeps its server"))
                    }
                    looks[name, default: [:]][looked.follow] = looked.finding
                    if statuses[name]?.reason == nil {
                        statuses[name] = SourceStatus(name, at: repository.place, following: looked.follow, look)
                    }
                    if look.accepted == nil, let failure = look.failure { throw failure }
                    source = look.accepted
                }
                // Content without commits may have changed at any time.
                if source == nil { changes.suspects += specs.map(\.unit) }
                // What could not be looked at may have missed a change of the fleet.
                let place = Apart(wrappedValue: repository)
                let isElsewhere = origins.updateValue(repository, forKey: following).map {
                    !$0.isSame(as: repository)
                }
                let isWhole = stale.remove(following) != nil || isNewFleet || isElsewhere ?? false
                if heads[following] == .some(source), !isWhole { continue }
                let touched = await touched(following, repository, from: heads[following] ?? nil, to: source)
                heads[following] = .some(source)
                let version = Version(fleet: commit, source: source)
                if let touched, !isWhole {
                    // The others stay at their version.
                    for unit in touched { if let spec = group[unit] { note(spec, version, place, nil, &changes) } }
                } else {
                    for spec in specs { note(spec, version, place, touched, &changes) }
                }
                if isElsewhere ?? false {
                    // Where they are read from has changed, whether or not they have.
                    for spec in specs where changes.declared[spec.unit] == nil {
                        let newest = managed[spec.unit]?.newest ?? version
                        changes.declared[spec.unit] = Content.Declared(spec, from: place, newest: newest)
                    }
                }
            } catch {
                stale.insert(following)
                if let name = following.source, statuses[name] == nil {
                    statuses[name] = status(name, failed: "\(error)")
                }
                let others = specs.count > 1 ? " and \(specs.count - 1) more" : ""
                if let first = specs.first?.unit {
                    view.problems.append(Problem(reason: Text("\(first)\(others): \(error)")))
                }
            }
        }
        changes.suspects += await followBases(isNewFleet: isNewFleet, found, &looks, &statuses)
        view.sources = statuses.values.sorted { $0.name < $1.name }
        self.looks = looks
        await record()
        await content.install(changes.declared)
        await engine.install(changes.units, removed: isNewFleet ? await missing() : [])
        for unit in changes.units { managed[unit.unit] = unit }
        if isNewFleet {
            let declared = Set(groups.lazy.flatMap(\.specs).map(\.unit))
            for unit in Array(managed.keys) where !declared.contains(unit) { managed[unit] = nil }
        }
        await engine.suspect(changes.suspects)
    }

    /// What a look brings.
    private struct Changes {
        var units: [ManagedUnit] = []
        var declared: [UnitID: Content.Declared] = [:]
        var suspects: [UnitID] = []
    }

    /// Puts the units together that follow the same, when the fleet or what is served has changed since the last time.
    private func arrange() -> Bool {
        let arrangement = Arrangement(snapshot: revision, serving: serving)
        guard arrangement != arranged else { return false }
        arranged = arrangement
        declaredBases = DeclaredBases(snapshot.sources.values, absolute: targets.absolute)
        let specs = snapshot.units().filter { serving.contains($0.unit.target) }
        groups = FollowedUnits.groups(of: specs)
        return true
    }

    /// The units that a move concerns; `nil` for all.
    private func touched(
        _ following: Following, _ repository: Repository, from old: CommitID?, to new: CommitID?
    ) async -> Set<UnitID>? {
        guard let old, let new else { return nil }
        return old == new ? [] : await content.units(of: following, in: repository, from: old, to: new)
    }

    /// A commit that leaves a unit as it was, of the fleet or of its source, is no new version of it.
    private func note(
        _ spec: UnitSpec, _ version: Version, _ repository: Apart<Repository>, _ touched: Set<UnitID>?,
        _ changes: inout Changes
    ) {
        var version = version
        let before = managed[spec.unit]
        let isAsked = before?.spec?.digest == spec.digest
        if let known = before?.newest, isAsked,
            known.source == version.source || touched.map({ !$0.contains(spec.unit) }) ?? false
        {
            version = known
        }
        guard !isAsked || before?.newest != version else { return }
        changes.declared[spec.unit] = Content.Declared(spec, from: repository, newest: version)
        changes.units.append(ManagedUnit(spec, newest: version))
    }

    /// What the fleet says of a unit; `nil` when it does not declare it now.
    func declaration(of unit: UnitID) -> (Application, Target)? {
        guard let application = snapshot.applications[unit.application], let target = snapshot.targets[unit.target]
        else { return nil }
        return (application, target)
    }

    private func status(_ name: SourceName, failed reason: String) -> SourceStatus {
        SourceStatus(name: name, url: "", following: "", state: .failed, reason: Text(reason))
    }

    func repository(of source: SourceName?) async throws -> Repository {
        guard let name = source else { return fleet }
        guard let source = snapshot.sources[name] else { throw ContentFailure("the source \(name) is not declared") }
        if let known = repositories[source] { return known }
        let repository = try await opener.source(source, absolute: targets.absolute)
        repositories[source] = repository
        return repository
    }

    /// Asks clusters what they serve, until cancelled; charts that may ask for it are rendered again when it is something
    /// else than before.
    func watchCapabilities() async {
        while !Task.isCancelled {
            try? await clocks.sleep(clocks.monotonic().advanced(by: .seconds(15)))
            guard !Task.isCancelled, await !capabilities.look().isEmpty else { continue }
            await engine.suspect(await content.note(await capabilities.known))
        }
    }
}
