// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// Text that breaks whatever treats text carelessly.
private let hostile: Text = "/etc/\u{202E}a\u{0}\"\\\r\n\u{1B}[2Je\u{301}\u{2028}\u{1F600}"

@Suite struct WireTests {
    /// Through the tree and through its bytes.
    private func survives<Content: Wire & Equatable>(_ value: Content) throws {
        #expect(try Content(wire: value.wire) == value)
        #expect(try Content(wire: JSON.read(JSON.write(value.wire))) == value)
    }

    private let problem = Problem(file: hostile, line: 3, column: 7, reason: hostile, advice: hostile)
    private let unit = Sample.unit("web", "prod")

    @Test func `status survives with every field set`() throws {
        var status = Sample.shop
        status.lastSync = LastSync(time: Sample.now, result: .cancelled, actor: Actor(hostile))
        status.drift = DriftSummary(objects: 2, since: Sample.now, cause: hostile, examples: [Sample.file(hostile)])
        status.pause = Pause(until: Sample.now, actor: Actor(hostile), reason: hostile)
        status.block = Block(reason: hostile, plan: Sample.digest(1))
        status.nextAttempt = Sample.now
        status.problems = [problem]
        var fleet = Sample.fleet
        fleet.engine.daemon = EngineInfo.Daemon(process: 4711, since: Sample.now)
        fleet.sources[0].reason = hostile
        fleet.sources[0].nextFetch = Sample.now
        fleet.problems = [problem]
        fleet.notices = [hostile]
        fleet.units = [status]
        try survives(fleet)
    }

    @Test func `status survives with nothing set`() throws {
        try survives(FleetStatus(engine: EngineInfo(version: "")))
    }

    @Test(arguments: SyncState.allCases, Health.allCases)
    func `every state survives`(sync: SyncState, health: Health) throws {
        var status = Sample.web
        status.sync = sync
        status.health = HealthReport(health)
        try survives(status)
    }

    @Test func `a tree survives`() throws {
        var tree = Sample.tree
        tree.items[0].owned[0].owned[0].object = Sample.file(hostile)
        tree.items[0].owned[0].owned[0].containers[0].reason = hostile
        tree.remarks = [hostile]
        try survives(UnitTree(unit: unit, tree: tree))
        try survives(UnitTree(unit: unit, tree: ObjectTree()))
    }

    @Test func `places of secrets and roles survive`() throws {
        let use = SecretPlace.Use(unit: unit, version: hostile, since: Sample.now)
        try survives(
            SecretPlace(
                place: hostile, isFromStore: true, keys: [hostile], recipients: [hostile], uses: [use],
                failure: .init(state: hostile, reason: hostile, since: Sample.now)))
        try survives(SecretPlace(place: "a", isFromStore: false))
    }

    @Test func `roles survive, with who has them and on what`() async throws {
        let policy = try await Sample.policy(
            """
            kind: Role
            metadata: {name: shop-operator}
            spec:
              allow:
                - {verbs: [read], projects: [shop]}
                - {verbs: [sync, pause], applications: {tier: front}, on: {env: [dev, prod]}}
            ---
            kind: RoleBinding
            metadata: {name: shop-team}
            spec:
              role: shop-operator
              to:
                - {group: developers}
                - {user: ada@example.org}
                - {token: ci}
                - {workload: {provider: github, claims: {repository: acme/shop, ref: [a, b]}}}
              on: {env: dev}
            """)
        let roles = RoleList(policy)
        #expect(roles.roles.map(\.name.text) == ["admin", "approver", "operator", "shop-operator", "viewer"])
        #expect(roles.bindings.first?.subjects.count == 4 && roles.bindings.first?.place.isEmpty == false)
        try survives(roles)
        try survives(RoleList(.none))
    }

    @Test func `a plan tells an absent field from a null one`() throws {
        var view = Sample.plan
        let path = FieldPath([.key(hostile), .index(0), .key("")])
        view.plan?.changes[0].fields = [
            FieldDifference(path: path, old: nil, new: .null),
            FieldDifference(path: FieldPath(), old: [hostile.wire, 1, true], new: nil),
        ]
        view.plan?.changes[0].wave = -3
        view.block = Block(reason: hostile)
        view.problems = [problem]
        view.hooks = Hook.Phase.allCases.map {
            PlannedHook(object: Sample.file(hostile), phase: $0, weight: -7)
        }
        try survives(view)
        try survives(PlanView(unit: unit, problems: [problem]))
    }

    @Test func `a secret leaf never reaches the wire`() throws {
        let canary: Text = "canary-7f3a"
        var view = Sample.plan
        view.plan?.changes[0].fields = [
            FieldDifference(
                path: FieldPath([.key("x")]), old: .secret(Secret(canary)), new: ["a": [.secret(Secret(canary))]])
        ]
        let item = RenderedUnit.Item(
            object: Sample.file("/x"), wave: 0, origin: "", manifest: ["spec": ["content": .secret(Secret(canary))]])
        let rendered = RenderedUnit(
            unit: unit, version: Sample.version("a"), renderDigest: Sample.digest(1), items: [item])
        for wire in [view.wire, rendered.wire] {
            let text = String(decoding: JSON.write(wire), as: UTF8.self)
            #expect(!text.contains(canary.string))
            #expect(text.contains("<secret>"))
        }
    }

    @Test func `the results of acts survive`() throws {
        let results: [Outcome.Result] = [.done, .unchanged, .failed(reason: hostile), .skipped(reason: hostile)]
        for action in Change.Action.allCases {
            let outcomes = results.map { Outcome(object: Sample.file(hostile), action: action, result: $0) }
            try survives(
                SyncResult(
                    unit: unit, result: .superseded, version: Sample.version("a"), plan: Sample.digest(1),
                    outcomes: outcomes, reason: hostile, milliseconds: 12))
        }
        try survives(ActResult(message: hostile, units: [unit]))
    }

    @Test func `drift, renders, history and events survive`() throws {
        try survives(
            DriftReport(
                unit: unit, version: Sample.version("a"),
                items: [
                    .init(object: Sample.file(hostile), isAbsent: true, cause: hostile),
                    .init(object: Sample.file("/x"), fields: [FieldDifference(path: FieldPath(), old: nil, new: 1)]),
                ], problems: [problem]))
        try survives(
            RenderedUnit(
                unit: unit, version: Sample.version("a"), renderDigest: Sample.digest(1),
                items: [.init(object: Sample.file(hostile), wave: -1, origin: hostile, manifest: [hostile: .null])]))
        try survives(
            HistoryEntry(
                version: Sample.version("a"), renderDigest: Sample.digest(1), cause: .person, actor: Actor(hostile),
                started: Sample.now, ended: Sample.now, result: .failed, reason: hostile,
                counts: ChangeCounts(create: 1, update: 2, delete: 3, keep: 4), wasHealthy: true, isBad: true,
                isCurrent: true))
        for kind in EventKind.allCases {
            let event = Event(
                id: EventID(writer: hostile, incarnation: .max, sequence: .max), time: Sample.now,
                draft: EventDraft(kind: kind, unit: unit, actor: Actor(hostile), payload: [hostile: [hostile.wire]]))
            try survives(EventPage(events: [EventView(event: event, summary: hostile)], next: .max))
        }
    }

    @Test func `audits and errors survive`() throws {
        let checkpoint = CheckpointView(
            writer: hostile, incarnation: .max, size: .max, head: Sample.digest(1), time: Sample.now, key: hostile,
            signature: hostile)
        try survives(checkpoint)
        try survives(VerifyRequest(checkpoint: checkpoint))
        try survives(
            Verification(
                events: .max, head: nil, erased: .max, remarks: [hostile],
                findings: [
                    .init(kind: hostile, reason: hostile), .init(kind: "gap", sequence: .max, reason: hostile),
                ]))
        for code in APIError.Code.allCases {
            try survives(APIError(code, hostile, advice: hostile, problems: [problem]))
        }
    }

    @Test func `what acts take survives`() throws {
        let units = UnitFilter(patterns: [UnitPattern(unit)], project: ProjectName("shop"))
        try survives(UnitsAct(units: units, reason: hostile))
        try survives(SyncRequest(units: units, reason: hostile))
        let only = ["apps:Deployment:shop/web", "*:*:*", ":ConfigMap:a:b"].compactMap { ObjectPattern(parsing: $0) }
        try survives(SyncRequest(units: units, part: PartRequest(only: only, isPruning: true), reason: hostile))
        try survives(PauseRequest(units: units, until: Sample.now, reason: hostile))
        try survives(RefreshRequest(sources: SourceName("shop").map { [$0] } ?? [], reason: hostile))
        try survives(RollbackRequest(unit: unit, digest: nil, reason: hostile))
        try survives(ConfirmRequest(unit: unit, plan: Sample.digest(1), reason: hostile))
    }

    @Test func `an error names the place`() throws {
        let wire: Value = ["engine": ["version": "1"], "units": [Sample.web.wire, ["unit": "web"]]]
        let error = #expect(throws: WireError.self) { try FleetStatus(wire: wire) }
        #expect(
            error?.description == "\"units[1].unit\" must be a unit such as acme/web@prod, not a string")
    }

    @Test(arguments: [.null, 1, "x", [], ["engine": .null], ["engine": ["version": 1]]] as [Value])
    func `what is no status is refused`(wire: Value) {
        #expect(throws: WireError.self) { try FleetStatus(wire: wire) }
    }

    @Test func `fields of a newer daemon are ignored`() throws {
        guard case .object(var object) = Sample.web.wire else { return }
        object["sinceTomorrow"] = [1, 2]
        #expect(try UnitStatus(wire: .object(object)) == Sample.web)
    }
}
