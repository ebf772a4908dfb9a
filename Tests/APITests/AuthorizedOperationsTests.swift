// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// An engine as somebody sees it who may not see all of it.
@Suite struct AuthorizedOperationsTests {
    private static let roles = """
        kind: RoleBinding
        metadata: {name: shop}
        spec: {role: viewer, to: [{user: ada}], projects: [shop]}
        ---
        kind: RoleBinding
        metadata: {name: dev}
        spec: {role: operator, to: [{user: ada}], projects: [shop], on: {env: dev}}
        ---
        kind: RoleBinding
        metadata: {name: all}
        spec: {role: viewer, to: [{user: auditor}]}
        """

    /// Kim administers and may do nothing else.
    private static let keeper = """
        kind: Role
        metadata: {name: keeper}
        spec: {allow: [{verbs: [admin, read]}]}
        ---
        kind: RoleBinding
        metadata: {name: keeper}
        spec: {role: keeper, to: [{user: kim}]}

        """

    private let twin = MemoryOperations(
        fleet: Sample.fleetOfTwoProjects, plans: [Sample.plan, PlanView(unit: Sample.unit("ledger", "prod"))],
        drift: [DriftReport(unit: Sample.unit("ledger", "prod"))], rendered: [Sample.rendered],
        history: [Sample.unit("ledger", "prod"): Sample.history])
    private let policy: AccessPolicy
    private let ledger = Sample.unit("ledger", "prod")

    init() async throws { policy = try await Sample.policy(Self.roles) }

    private func engine(of user: Text) throws -> AuthorizedOperations {
        let policy = policy
        return AuthorizedOperations(twin, for: try #require(Principal.user(user))) { policy }
    }

    private func error(_ body: () async throws -> Void) async -> APIError? {
        await #expect(throws: APIError.self) { try await body() }
    }

    @Test func `what may not be seen is not listed, with all that speaks of it`() async throws {
        let status = try await engine(of: "ada").status(of: .all)
        #expect(status.units.map(\.unit.application.text) == ["postgres", "web", "web"])
        #expect(status.sources.map(\.name.text) == ["shop"])
        #expect(status.problems.isEmpty && status.notices.isEmpty)
        #expect(try await engine(of: "nobody").status(of: .all).units.isEmpty)
        let whole = try await engine(of: "auditor").status(of: .all)
        #expect(whole.units.count == 4 && !whole.problems.isEmpty)
    }

    @Test func `what is not there and what may not be seen give the same error`() async throws {
        let engine = try engine(of: "ada")
        let digest = Sample.digest(9)
        func errors(_ unit: UnitID) async -> [APIError?] {
            let filter = UnitFilter(unit)
            return [
                await error { _ = try await engine.render(unit, revision: nil) },
                await error { _ = try await engine.explain(unit, revision: nil) },
                await error { _ = try await engine.history(of: unit, limit: 1) },
                await error { _ = try await engine.commits(of: unit, limit: 1) },
                await error { _ = try await engine.sync(filter, reason: "", actor: .trimtab) },
                await error { _ = try await engine.cancel(filter, reason: "", actor: .trimtab) },
                await error { _ = try await engine.pause(filter, until: Sample.now, reason: "", actor: .trimtab) },
                await error { _ = try await engine.resume(filter, reason: "", actor: .trimtab) },
                await error { _ = try await engine.rollback(unit, to: nil, reason: "", actor: .trimtab) },
                await error { _ = try await engine.markBad(unit, content: nil, reason: "", actor: .trimtab) },
                await error { _ = try await engine.undoRollback(unit, reason: "", actor: .trimtab) },
                await error { _ = try await engine.confirm(unit, plan: digest, reason: "", actor: .trimtab) },
                await error {
                    _ = try await engine.approve(
                        ApprovalRequest(unit: unit, plan: digest, reason: ""), by: .local(user: "root"))
                },
                await error {
                    _ = try await engine.reject(
                        ApprovalRequest(unit: unit, plan: digest, reason: ""), by: .local(user: "root"))
                },
                await error { _ = try await engine.adopt(unit, from: [], isDry: true, reason: "", actor: .trimtab) },
            ]
        }
        let absent = Sample.unit("nothere", "prod")
        let (hidden, missing) = (await errors(ledger), await errors(absent))
        #expect(hidden.allSatisfy { $0?.code == .notFound })
        for (one, other) in zip(hidden, missing) {
            #expect(one?.message.string.replacing("ledger", with: "nothere") == other?.message.string)
            #expect(one?.advice == other?.advice)
        }
        #expect(await twin.acts.isEmpty)
        #expect(try await engine.plan(UnitFilter(ledger), revision: nil).isEmpty)
        #expect(try await engine.diff(.all).isEmpty)
    }

    @Test func `an act is done as the principal, on what its filter means and may be seen`() async throws {
        let engine = try engine(of: "ada")
        let dev = UnitFilter(patterns: [UnitPattern(target: TargetName("dev"))])
        let result = try await engine.pause(dev, until: Sample.now, reason: "r", actor: Actor("user:root"))
        #expect(result.units == [Sample.unit("web", "dev")])
        #expect(await twin.acts.map(\.event.actor.text) == ["oidc:ada"])
    }

    @Test func `an act that is not allowed on one of its units is not done on any`() async throws {
        let engine = try engine(of: "ada")
        let refusal = await error { _ = try await engine.sync(.all, reason: "", actor: .trimtab) }
        #expect(refusal?.code == .forbidden)
        #expect(refusal?.message.string.contains("oidc:ada may not sync acme/postgres@prod") == true)
        let auditor = try self.engine(of: "auditor")
        let other = await error { _ = try await auditor.sync(UnitFilter(ledger), reason: "", actor: .trimtab) }
        #expect(other?.code == .forbidden)
        #expect(await twin.acts.isEmpty)
    }

    @Test func `a filter that leaves nothing does not mean everything`() async throws {
        let engine = try engine(of: "nobody")
        #expect(try await engine.plan(.all, revision: nil).isEmpty)
        #expect(try await engine.diff(.all).isEmpty)
        let refusal = await error { _ = try await engine.resume(.all, reason: "", actor: .trimtab) }
        #expect(refusal?.code == .notFound)
        #expect(await twin.acts.isEmpty)
    }

    @Test func `what belongs to no unit needs a right on the whole`() async throws {
        let engine = try engine(of: "ada")
        let shop = try #require(SourceName("shop"))
        let name = try #require(TokenName("x"))
        for refused in [
            await error { _ = try await engine.checkpoint() },
            await error { _ = try await engine.verify(against: nil) },
            await error { _ = try await engine.accept(shop, commit: nil, reason: "", actor: .trimtab) },
            await error { _ = try await engine.tokens() },
            await error { _ = try await engine.revokeToken(name, reason: "", actor: .trimtab) },
            await error {
                _ = try await engine.createToken(
                    TokenRequest(name: name, scope: TokenScope(), expires: Sample.now, reason: ""), actor: .trimtab)
            },
            await error {
                let question = AccessQuestion(verb: .read, subject: .user("eve", groups: []))
                _ = try await engine.decide(question, for: .local(user: "root"))
            },
        ] {
            #expect(refused?.code == .forbidden)
        }
    }

    @Test func `only sources of units that may be synced are looked at`() async throws {
        let engine = try engine(of: "ada")
        let (shop, ledger) = (try #require(SourceName("shop")), try #require(SourceName("ledger")))
        _ = try await engine.refresh([shop], reason: "", actor: .trimtab)
        let hidden = await error { _ = try await engine.refresh([ledger], reason: "", actor: .trimtab) }
        #expect(hidden == APIError(.notFound, "no source ledger is read here"))
        let auditor = try self.engine(of: "auditor")
        #expect(await error { _ = try await auditor.refresh([], reason: "", actor: .trimtab) }?.code == .forbidden)
    }

    @Test func `nobody gives away by a token what they do not have`() async throws {
        let policy = try await Sample.policy(Self.keeper)
        let engine = AuthorizedOperations(twin, for: try #require(Principal.user("kim"))) { policy }
        func make(_ verbs: Set<Verb>) async throws {
            _ = try await engine.createToken(
                TokenRequest(
                    name: try #require(TokenName("t")), scope: TokenScope(verbs: verbs), expires: Sample.now, reason: ""
                ),
                actor: .trimtab)
        }
        #expect(await error { try await make([.read, .sync]) }?.code == .forbidden)
        try await make([.read])
        #expect(await twin.acts.map(\.event.actor.text) == ["oidc:kim"])
    }

    @Test func `a token's name gives nobody what bindings give to it`() async throws {
        let policy = try await Sample.policy(
            Self.keeper + """
                ---
                kind: RoleBinding
                metadata: {name: ci}
                spec: {role: operator, to: [{token: ci}], projects: [shop]}
                ---
                kind: RoleBinding
                metadata: {name: watcher}
                spec: {role: viewer, to: [{token: watcher}]}
                """)
        func make(_ token: Text, by principal: Principal) async throws {
            let engine = AuthorizedOperations(twin, for: principal) { policy }
            _ = try await engine.createToken(
                TokenRequest(
                    name: try #require(TokenName(token)), scope: TokenScope(), expires: Sample.now, reason: ""),
                actor: .trimtab)
        }
        let kim = try #require(Principal.user("kim"))
        #expect(await error { try await make("ci", by: kim) }?.code == .forbidden)
        #expect(await error { try await make("release", by: kim) }?.code == .forbidden, "an approval asks for it")
        #expect(await twin.acts.isEmpty)
        try await make("watcher", by: kim)
        try await make("ci", by: .local(user: "root"))
        try await make("release", by: .local(user: "root"))
    }

    @Test func `only those who may do everything do without approvals`() async throws {
        let policy = try await Sample.policy(
            "kind: RoleBinding\nmetadata: {name: a}\nspec: {role: approver, to: [{user: lee}]}")
        let engine = AuthorizedOperations(twin, for: try #require(Principal.user("lee", groups: ["leads"]))) { policy }
        var request = ApprovalRequest(
            unit: Sample.unit("postgres", "prod"), plan: Sample.digest(9), isBreakGlass: true, reason: "r")
        #expect(await error { _ = try await engine.approve(request, by: .local(user: "root")) }?.code == .forbidden)
        request.isBreakGlass = false
        _ = try await engine.approve(request, by: .local(user: "root"))
        let event = try #require(await twin.acts.first?.event)
        #expect(event.actor.text == "oidc:lee" && event.payload(as: Approved.self)?.groups == ["leads"])
    }

    @Test func `events of others are left out, however many there are`() async throws {
        let engine = try engine(of: "ada")
        await twin.append(.paused, unit: Sample.unit("web", "dev"), summary: "mine")
        for _ in 0..<300 { await twin.append(.paused, unit: ledger) }
        await twin.append(.fleetRead)
        #expect(try await engine.events(EventFilter(limit: 10)).events.map(\.summary) == ["mine"])
        let page = try await engine.events(EventFilter(start: .after(1), limit: 10))
        #expect(page.events.isEmpty && page.next > 1)
        #expect(try await self.engine(of: "auditor").events(EventFilter(limit: 1000)).events.count == 302)
    }

    @Test func `a page is full as long as there are more that may be seen`() async throws {
        let engine = try engine(of: "ada")
        for index in 0..<90 {
            await twin.append(.paused, unit: index % 3 == 0 ? Sample.unit("web", "dev") : ledger, summary: "\(index)")
        }
        var (filter, sizes, seen): (EventFilter, [Int], [Text]) = (EventFilter(start: .after(0), limit: 8), [], [])
        repeat {
            let page = try await engine.events(filter)
            sizes.append(page.events.count)
            seen += page.events.map(\.summary)
            filter.start = .after(page.next)
        } while sizes.last == 8
        #expect(sizes == [8, 8, 8, 6])
        #expect(seen == stride(from: 0, to: 90, by: 3).map { "\($0)" })
        #expect(try await engine.events(ofAll: [.paused]).count == 30)
        #expect(try await engine.newest() == 90)
    }

    @Test func `the search for older events goes on behind those of others, and says where it ended`() async throws {
        let engine = try engine(of: "ada")
        await twin.append(.paused, unit: Sample.unit("web", "dev"), summary: "first")
        for _ in 0..<20_000 { await twin.append(.paused, unit: ledger) }
        let page = try await engine.events(EventFilter(limit: 10))
        #expect(page.events.map(\.summary) == ["first"] && page.before == nil)
        for _ in 0..<60_000 { await twin.append(.paused, unit: ledger) }
        let cut = try await engine.events(EventFilter(limit: 10))
        #expect(cut.events.isEmpty && cut.next == 80_001)
        var filter = EventFilter(limit: 10)
        filter.before = cut.before
        #expect(try await engine.events(filter).events.map(\.summary) == ["first"])
    }

    @Test func `what happens to a unit that left the fleet is told to the project that it was of`() async throws {
        let (gone, other) = (Sample.unit("gone", "prod"), Sample.unit("other", "prod"))
        let shop = try #require(ProjectName("shop"))
        let policy = AccessPolicy(try await Sample.declared(Self.roles), former: [gone: shop, ledger: shop])
        let engine = AuthorizedOperations(twin, for: try #require(Principal.user("ada"))) { policy }
        for unit in [gone, other, ledger] { await twin.append(.unitRemoved, unit: unit) }
        #expect(try await engine.events(EventFilter(limit: 10)).events.map(\.event.unit) == [gone])
        let sight = await engine.sight()
        #expect(sight.shows(gone, of: nil) && !sight.shows(other, of: nil))
        #expect(!sight.shows(ledger, of: nil), "what the fleet says counts")
    }

    @Test func `of what a retention carried on each is told the records of their units`() async throws {
        let engine = try engine(of: "ada")
        let web = Sample.unit("web", "dev")
        func record(_ place: Text) -> Value {
            var record = UnitRecord()
            let access = SecretAccess(place: place, keys: ["password"], version: "1")
            record.secrets = [access]
            return record.value
        }
        let state: Value = .object([Text("\(web)"): record("store:web"), Text("\(ledger)"): record("store:ledger")])
        await twin.append(
            .retained, payload: ["reason": "old", "folds": [["fold": "unitRecords", "version": 1, "state": state]]])
        let found = SecretUse.fold(try await engine.events(ofAll: SecretUse.kinds))
        #expect(found.map(\.access.place) == ["store:web"])
        #expect(try await engine.secrets(of: .all).map(\.place) == ["store:web"])
        // Nobody is told of it who does not ask.
        #expect(try await engine.events(EventFilter(limit: 10)).events.isEmpty)
    }

    @Test func `a role that is taken away counts no longer`() async throws {
        let current = CurrentPolicy(policy)
        let engine = AuthorizedOperations(twin, for: try #require(Principal.user("ada"))) { await current.policy }
        #expect(try await !engine.status(of: .all).units.isEmpty)
        await current.set(.none)
        #expect(try await engine.status(of: .all).units.isEmpty)
        #expect(await !engine.maySomewhere(.read))
    }
}

private actor CurrentPolicy {
    private(set) var policy: AccessPolicy

    init(_ policy: AccessPolicy) { self.policy = policy }

    func set(_ policy: AccessPolicy) { self.policy = policy }
}
