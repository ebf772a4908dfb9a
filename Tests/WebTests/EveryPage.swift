// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import TestSupport
import Web

/// Every page there is, with one text wherever Git, a target or a person can put one.
struct EveryPage {
    let text: Text
    let visitor: Visitor

    init(saying text: Text) {
        self.text = text
        visitor = Visitor(
            .local(user: text), formToken: Text(String(text.string.prefix(100))), may: Set(Verb.allCases))
    }

    var all: [PageContent] {
        var pages = [overview, overviewLists, drift, activity, verification, sources, failure].flatMap(\.self)
        pages += [GroupPage(.targets, units, now: now).content, GroupPage(.projects, units, now: now).content]
        pages += approvals + [secrets, access]
        pages += [UnitPage(view, visitor, done: .sync, now: now).content, failedUnit, tree]
        let invitation = SignInInvitation(
            providers: [.init(name: text, title: text, path: "/sign-in/corp")], tokenPath: "/sign-in/token", next: text,
            failure: text)
        return pages + acts + [SignInPage(invitation).content]
    }

    private let now = Sample.now
    private var unit: UnitID { Sample.unit("web", "prod") }
    private var object: ObjectID { ObjectID(group: text, kind: text, namespace: text, name: text) }
    private var problem: Problem { Problem(file: text, line: 3, column: 4, reason: text, advice: text) }
    private var error: APIError { APIError(.failed, text, advice: text, problems: [problem]) }
    private var block: Block { Block(reason: text, plan: Sample.digest(9)) }

    private var status: UnitStatus {
        var unit = Sample.shop
        unit.health = HealthReport(.degraded, reason: text.string)
        unit.drift = DriftSummary(objects: 1, since: now, cause: text, examples: [object])
        unit.pause = Pause(until: now, actor: Actor(text), reason: text)
        unit.block = block
        unit.problems = [problem]
        unit.lastSync = LastSync(time: now, result: .failed, actor: Actor(text))
        unit.nextAttempt = now
        return unit
    }

    private var units: [UnitStatus] { [Sample.database, Sample.web, status] }

    private var fleet: FleetStatus {
        var fleet = Sample.fleet
        fleet.units = units
        fleet.problems = [problem]
        fleet.notices = [text]
        fleet.sources = SourceStatus.State.allCases.map { state in
            SourceStatus(
                name: fleet.sources[0].name, url: text, following: text, state: state, reason: text,
                commit: Sample.commit("a"), refused: Sample.commit("b"), fetched: now, nextFetch: now)
        }
        return fleet
    }

    private var query: OverviewQuery {
        OverviewQuery(words: [text], project: text, application: text, target: text, sync: [.failed])
    }

    private var overview: [PageContent] {
        [OverviewPage(fleet, OverviewQuery(), now: now).content, OverviewPage(fleet, query, now: now).content]
    }

    private var overviewLists: [PageContent] {
        [OverviewQuery.View.applications, .units].map {
            OverviewPage(fleet, OverviewQuery(view: $0), now: now).content
        }
    }

    private var fields: [FieldDifference] {
        [
            FieldDifference(path: FieldPath([.key(text), .index(1)]), old: .string(text), new: .string("x")),
            FieldDifference(path: [text], old: nil, new: [.string(text), .null]),
            FieldDifference(path: FieldPath(), old: .object([text: .string(text)]), new: nil),
            FieldDifference(
                path: [text], old: .string("a\n\(text)\nb\n"), new: .string("a\n\(text) \(text)\nb\n")),
        ]
    }

    private var plan: PlanView {
        let changes = Change.Action.allCases.map { Change(object: object, action: $0, wave: 0, fields: fields) }
        return PlanView(
            unit: unit, version: Sample.version("b"),
            plan: Plan(unit: unit, renderDigest: Sample.digest(2), changes: changes, digest: Sample.digest(3)),
            hooks: [PlannedHook(object: object, phase: .beforeSync, weight: 0)], block: block, problems: [problem])
    }

    private var history: [HistoryEntry] {
        Sample.history.map { entry in
            var entry = entry
            entry.actor = Actor(text)
            entry.reason = text
            return entry
        }
    }

    private func event(_ kind: EventKind, _ payload: Value = [:]) -> EventView {
        // What comes before a name holds no slash.
        let object = ObjectID(group: "apps", kind: "Deployment", namespace: "shop", name: text)
        let values = RecordedValues(objects: [object: fields.map { .init($0) }], cut: 1)
        let draft = EventDraft(kind: kind, unit: unit, actor: Actor(text), payload: payload)
        return EventView(
            event: Event(
                id: EventID(writer: text, incarnation: 1, sequence: 1), time: now, draft: values.beside(draft)),
            summary: text)
    }

    private var commits: [UnitCommit] {
        Sample.commits.map { commit in
            var commit = commit
            (commit.author, commit.subject) = (text, text)
            return commit
        }
    }

    private var view: UnitView {
        UnitView(
            status: status,
            rendered: .success(
                RenderedUnit(
                    unit: unit, version: Sample.version("a"), renderDigest: Sample.digest(1),
                    items: [.init(object: Sample.file("/other"), wave: 0, origin: text, manifest: .null)])),
            drift: .success(
                DriftReport(
                    unit: unit, version: Sample.version("a"),
                    items: [
                        .init(
                            object: object, fields: fields, cause: text,
                            owners: [FieldPath([.key(text)]), ["other"]].map {
                                FieldOwners(
                                    path: $0,
                                    owners: [.init(manager: text, isApply: true, time: text, subresource: text)])
                            }),
                        .init(object: object, isAddition: true, fields: fields, cause: text),
                        .init(object: object, isAbsent: true),
                    ], problems: [problem])),
            history: .success(history),
            commits: .success(commits),
            events: .success(EventKind.allCases.map { event($0) }))
    }

    private var tree: PageContent {
        let container = ObjectTree.Container(name: text, state: .waiting, isReady: false, restarts: 3, reason: text)
        let pod = ObjectTree.Node(
            object: object, health: HealthReport(.degraded, reason: text.string), containers: [container])
        let tree = ObjectTree(
            items: [ObjectTree.Node(object: object, owned: [pod]), ObjectTree.Node(object: object)], remarks: [text])
        return TreePage(UnitTree(unit: unit, tree: tree), now: now).content
    }

    private var failedUnit: PageContent {
        var view = view
        (view.rendered, view.drift, view.history) = (.failure(error), .failure(error), .failure(error))
        (view.commits, view.events) = (.failure(error), .failure(error))
        return UnitPage(view, visitor, now: now).content
    }

    private var waiting: UnitStatus {
        var unit = status
        unit.block = Block(
            reason: text, plan: Sample.digest(3),
            approval: ApprovalView(
                from: [text, "shop-leads"], needed: 3, notAuthor: true, approvers: [Actor(text)],
                rejectedBy: Actor(text)))
        return unit
    }

    private var approvals: [PageContent] {
        let words: Value = ["plan": .string(Text(Sample.digest(3).hex)), "reason": .string(text)]
        let events = WaitingPlan.kinds.map { event($0, words) }
        let query = ApprovalsQuery(["q": .string(text)])
        var pages = [
            ApprovalsPage([status, waiting], events, visitor, movable: [waiting.unit], now: now),
            ApprovalsPage([status, waiting], events, visitor, movable: [], query, now: now),
        ].map(\.content)
        for (act, unit) in [(UnitAct.confirm, status), (.approve, waiting)] {
            for plan in [Result.success(plan), .failure(error)] {
                let matter = DecisionPage.Matter(
                    waiting: WaitingPlan(unit, events), plan: plan, commits: Array(commits.prefix(1)))
                pages.append(DecisionPage(act, unit, matter, visitor, failure: error, now: now).content)
            }
        }
        return pages
    }

    private var secrets: PageContent {
        let access = SecretAccess(place: text, keys: [text], version: text, recipients: [text])
        let failed = StoreFailed(place: text, state: text, reason: text, since: now, units: [unit])
        let events = [
            event(.secretsRead, SecretsRead(project: text, accesses: [access]).value),
            event(.storeFailed, failed.value),
        ]
        return SecretsPage(SecretPlace.all(events, units: [unit]), words: [], now: now).content
    }

    private var access: PageContent {
        let answers = [true, false].map { AccessAnswer(isAllowed: $0, reason: text, grounds: $0 ? [text] : []) }
        let rights = zip([Verb.read, .sync], answers).map { AccessPage.Right(verb: $0, answer: $1) }
        let tokens = TokenName("ci").map {
            TokenView(name: $0, scope: TokenScope(verbs: [.sync]), created: now, creator: Actor(text), expires: now)
        }
        return AccessPage(rights, tokens: tokens.map { [$0] }, visitor, now: now).content
    }

    private var acts: [PageContent] {
        let choices = RollbackChoices(Array(history.dropFirst()))
        let previews: [ActPage.Preview] = [
            .none, .plan(.success(plan)), .plan(.failure(error)),
            .rollback(choices, choices.entries.first, .success(plan)),
            .rollback(RollbackChoices([]), nil, nil),
        ]
        return zip([UnitAct.pause, .sync, .sync, .rollback, .rollback, .undo, .cancel], previews + [.none, .none]).map {
            act, preview in
            ActPage(act, status, preview, visitor, failure: error, now: now).content
        }
    }

    private var drift: [PageContent] {
        let episodes = DriftEpisode.episodes(of: [], units: units).map { episode in
            var episode = episode
            episode.objects = [object: [text], Sample.file("/gone"): []]
            return episode
        }
        return [DriftPage(episodes, now: now).content, DriftPage(episodes, words: [text], now: now).content]
    }

    private var activity: [PageContent] {
        let given = Value.string(text)
        let query = ActivityQuery(["q": given, "actor": given, "unit": given, "since": given, "until": given])
        let found = ActivityFound(events: EventKind.allCases.map { event($0) }, before: 7, stoppedAt: now)
        let checkpoint = CheckpointView(writer: text, incarnation: 1, size: 7, head: Sample.digest(1), time: now)
        return [ActivityPage(query, found, checkpoint: checkpoint, now: now).content]
    }

    private var verification: [PageContent] {
        let broken = Verification(
            events: 7, head: Sample.digest(1), remarks: [text],
            findings: [.init(kind: text, sequence: 3, reason: text)])
        return [VerificationPage(broken, now: now).content]
    }

    private var sources: [PageContent] {
        [SourcesPage(fleet.sources, visitor, isRefreshed: true, now: now).content]
    }

    private var failure: [PageContent] { [FailurePage.content(error)] }
}
