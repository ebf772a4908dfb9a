// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Fleet
import Journal
import Manifest
import Model
import SignIn

/// What people can ask of the engine in this process.
struct LocalOperations: Operations {
    let engine: Engine
    let board: StatusBoard
    let journal: Journal
    let tail: JournalTail
    let readings = PastReadings()
    let fleet: FleetDesk
    let content: Content
    let disclosure: Disclosure
    let tokens: TokenDesk
    let daemon: EngineInfo.Daemon?
    let clocks: Clocks
    let complaints: Complaints

    func status(of filter: UnitFilter) async throws(APIError) -> FleetStatus {
        let view = await fleet.view
        var units = await statuses(of: filter.isOfSingles ? filter.patterns : nil)
        if !view.disabled.isEmpty { units = await adding(view.disabled, to: units) }
        if filter.isOfSingles, let named = filter.exactUnits {
            // Looked up by their names, so that these need not be held against each other.
            let names = Set(named)
            units = units.filter { names.contains($0.unit) && (filter.project ?? $0.project) == $0.project }
        } else if filter != .all {
            units = units.filter { filter.includes($0.unit, of: $0.project) }
        }
        let remarks = await engine.remarks(on: filter == .all ? nil : units.map(\.unit))
        if !remarks.isEmpty {
            for index in units.indices { units[index].remarks += remarks[units[index].unit] ?? [] }
        }
        // A daemon looks at targets all the time; a command that only asks does not.
        let recorded = daemon == nil ? try? await journal.event(journal.newest)?.time : nil
        return FleetStatus(
            fleet: view.name, commit: view.commit,
            engine: EngineInfo(version: "0.1.0", daemon: daemon, recorded: recorded),
            sources: view.sources, problems: view.problems, notices: view.notices + complaints.all, units: units)
    }

    func plan(_ filter: UnitFilter, revision: Text?, part: PartRequest) async throws(APIError) -> [PlanView] {
        var views: [PlanView] = []
        var missing: [APIError] = []
        var units = try await matching(filter, mustExist: false).map(\.managed.unit)
        let whole = SyncPart(objects: nil, pruned: part.isPruning ? nil : [])
        let named = part.only.isEmpty ? [:] : try await parts(part, of: units)
        if !part.only.isEmpty { units.removeAll { named[$0] == nil } }
        for unit in units {
            do {
                var version: Version?
                if let revision { version = try await self.version(revision, of: unit) }
                let preview = try await engine.preview(unit, at: version, part: named[unit] ?? whole)
                let approval = preview.approval.map { ApprovalView($0.rule, $0.count) }
                let block = preview.objection.map {
                    Block(reason: $0, plan: preview.plan.digest, approval: approval)
                }
                let problems = preview.refusals.map { Problem(reason: "\($0.object) \($0.reason)") }
                views.append(
                    PlanView(
                        unit: unit, version: preview.rendered.version, plan: disclosure.of(preview.plan),
                        hooks: preview.hooks, block: block, problems: problems))
            } catch let error as APIError where error.code == .notFound {
                missing.append(error)
                views.append(PlanView(unit: unit, problems: [Problem(reason: error.message)]))
            } catch {
                views.append(PlanView(unit: unit, problems: [Problem(reason: Text("\(error)"))]))
            }
        }
        if let first = missing.first, missing.count == units.count { throw first }
        return views
    }

    /// The version of a branch, tag or commit. Throws ``APIError/Code/notFound`` when the unit's source has none of it.
    func version(_ revision: Text, of unit: UnitID) async throws -> Version {
        do {
            return try await content.version(revision, of: unit)
        } catch let failure as ContentFailure where failure.isMissing {
            throw APIError(.notFound, Text(failure.reason))
        }
    }

    func diff(_ filter: UnitFilter, hasOwners: Bool) async throws(APIError) -> [DriftReport] {
        var reports: [DriftReport] = []
        for snapshot in try await matching(filter, mustExist: false) {
            let unit = snapshot.managed.unit
            do {
                guard let drift = try await engine.drift(of: unit, hasOwners: hasOwners) else {
                    reports.append(DriftReport(unit: unit))
                    continue
                }
                let items = drift.live.sorted { $0.key < $1.key }.compactMap { DriftReport.Item($0.key, $0.value) }
                    .map { item in
                        var item = item
                        item.fields = disclosure.of(item.fields, of: item.object, in: unit)
                        item.owners = drift.owners.map { $0[item.object] ?? [] }
                        return item
                    }
                reports.append(DriftReport(unit: unit, version: drift.version, items: items))
            } catch {
                reports.append(DriftReport(unit: unit, problems: [Problem(reason: Text("\(error)"))]))
            }
        }
        return reports
    }

    func tree(of unit: UnitID) async throws(APIError) -> UnitTree {
        _ = try await find(unit)
        do {
            return UnitTree(unit: unit, tree: try await engine.tree(of: unit))
        } catch {
            throw APIError(.failed, Text("\(error)"))
        }
    }

    func render(_ unit: UnitID, revision: Text?) async throws(APIError) -> RenderedUnit {
        let snapshot = try await find(unit)
        do {
            var version = snapshot.managed.newest
            if let revision { version = try await self.version(revision, of: unit) }
            guard let version else { throw ContentError("\(unit) left the fleet") }
            let rendered = try await content.render(unit, at: version)
            return RenderedUnit(
                unit: unit, version: rendered.version, renderDigest: rendered.digest,
                items: rendered.all.map {
                    RenderedUnit.Item(
                        object: $0.id, wave: $0.wave, origin: $0.origin, manifest: $0.manifest.hidingSecrets)
                })
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError(.failed, Text("\(error)"))
        }
    }

    func history(of unit: UnitID, limit: Int) async throws(APIError) -> [HistoryEntry] {
        let record = try await find(unit).record
        let newest = record.history.lastIndex { !$0.isPart }
        return record.history.indices.reversed().prefix(max(0, limit)).map { index in
            let entry = record.history[index]
            return HistoryEntry(
                entry, isBad: record.bad.contains(entry.render),
                isCurrent: index == newest && entry.render == record.applied?.render)
        }
    }

    func commits(of unit: UnitID, limit: Int) async throws(APIError) -> [UnitCommit] {
        let snapshot = try await find(unit)
        guard let newest = snapshot.managed.newest else { throw APIError(.conflict, "\(unit) left the fleet") }
        do {
            return try await content.commits(
                of: unit, at: newest, applied: snapshot.record.applied?.version.source, limit: limit)
        } catch {
            throw APIError(.conflict, Text("\(error)"))
        }
    }

    func find(_ unit: UnitID) async throws(APIError) -> UnitSnapshot {
        guard let snapshot = await engine.snapshot(of: unit) else {
            throw APIError(.notFound, "no unit \(unit)", advice: "trimtab status lists them")
        }
        return snapshot
    }

    private func statuses(of patterns: [UnitPattern]?) async -> [UnitStatus] {
        await board.statuses(of: patterns, at: clocks.wall(), await fleet.labelling)
    }

    /// All units that a filter may mean. Where it names each of them, no others are looked at.
    private func candidates(_ filter: UnitFilter) async -> [UnitSnapshot] {
        guard filter.isOfSingles else { return await engine.snapshots() }
        var units = filter.exactUnits
        if units == nil { units = await statuses(of: filter.patterns).map(\.unit) }
        var found: [UnitSnapshot] = []
        for unit in units ?? [] {
            if let snapshot = await engine.snapshot(of: unit) { found.append(snapshot) }
        }
        return found
    }

    func matching(_ filter: UnitFilter, mustExist: Bool) async throws(APIError) -> [UnitSnapshot] {
        let found = await candidates(filter).filter { filter.includes($0.managed.unit, of: $0.managed.context.project) }
        guard !found.isEmpty || !mustExist else {
            let view = await fleet.view
            if view.name == nil, let problem = view.problems.first {
                throw APIError(.unavailable, "the fleet cannot be read", problems: [problem])
            }
            throw APIError(.notFound, "no unit matches", advice: "trimtab status lists them")
        }
        return found
    }
}

extension DriftReport.Item {
    /// `nil` for what stands as applied.
    init?(_ object: ObjectID, _ comparison: Comparison) {
        switch comparison {
        case .same: return nil
        case .absent: self.init(object: object, isAbsent: true)
        case .differs(let fields, let cause): self.init(object: object, fields: fields, cause: cause)
        case .extended(let fields, let cause):
            self.init(object: object, isAddition: true, fields: fields, cause: cause)
        case .claimed(let owner): self.init(object: object, cause: "claimed by \(owner)")
        case .refused(let reason): self.init(object: object, cause: reason)
        }
    }
}

extension UnitStatus {
    init(_ snapshot: UnitSnapshot, now: Time) {
        let record = snapshot.record
        let isDrifted = record.drift != nil && snapshot.state == .inSync
        let waits = snapshot.state == .blocked || snapshot.state == .pending
        let pause = record.pause.flatMap { $0.until > now ? $0 : nil }
        self.init(
            unit: snapshot.managed.unit, project: snapshot.managed.context.project,
            sync: isDrifted ? .drifted : snapshot.state, health: record.health, version: record.applied?.version,
            desired: snapshot.managed.newest, renderDigest: record.applied?.render,
            objects: record.inventory.entries.count,
            lastSync: record.history.last.map { LastSync(time: $0.ended, result: $0.result, actor: $0.actor) },
            drift: record.drift.map { drift in
                DriftSummary(
                    objects: drift.objects.count, since: record.driftSince ?? now,
                    cause: drift.cause.isEmpty ? nil : drift.cause,
                    examples: Array(drift.objects.keys.sorted().prefix(5)))
            },
            additions: record.additions.map { seen in
                DriftSummary(
                    objects: seen.objects.count, since: record.additionsSince ?? now,
                    cause: seen.cause.isEmpty ? nil : seen.cause,
                    examples: Array(seen.objects.keys.sorted().prefix(5)))
            },
            pause: pause.map { Pause(until: $0.until, actor: record.pausedBy ?? .trimtab, reason: $0.reason) },
            block: waits && !snapshot.reason.isEmpty
                // Only a plan that was held back can be let through.
                ? Block(
                    reason: snapshot.reason, plan: record.blocked.map { snapshot.plan ?? $0.plan },
                    approval: ApprovalView(snapshot)) : nil,
            nextAttempt: snapshot.nextAttempt, unpruned: snapshot.unpruned, remarks: Self.rollback(of: record),
            problems: snapshot.state == .failed ? [Problem(reason: snapshot.reason)] : [])
    }

    /// Why it stays at an earlier version than the newest, which was undone.
    private static func rollback(of record: UnitRecord) -> [Text] {
        guard let newest = record.rendered, record.bad.contains(newest), let applied = record.applied,
            applied.render != newest
        else { return [] }
        return [
            Text(
                "rolled back: stays at \(applied.version), the newest content is marked bad; "
                    + "\"trimtab rollback --undo\" lets it in again")
        ]
    }
}
