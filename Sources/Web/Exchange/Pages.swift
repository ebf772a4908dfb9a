// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest
package import Model

/// Answers browsers: asks an engine and has pages made of what it says. Holds no rule of its own about who may.
package struct Pages: PageHandler {
    private let clock: @Sendable () -> Time
    private let acts: PageActs
    private let streams = PageStreams()

    /// - Parameter patience: how long a browser waits for an act; the act goes on.
    package init(clock: @escaping @Sendable () -> Time, patience: Duration = .seconds(8)) {
        self.clock = clock
        acts = PageActs(clock: clock, patience: patience)
    }

    package func asset(at path: Text) -> PageAnswer? {
        guard case .asset(let name)? = PageRoute(path: path) else { return nil }
        return Asset.named(name).map(PageAnswer.asset)
    }

    package func signIn(_ invitation: SignInInvitation) -> PageAnswer {
        .page(SignInPage(invitation).content, for: nil)
    }

    package func answer(_ request: PageRequest, _ operations: AuthorizedOperations) async -> PageAnswer? {
        guard let route = PageRoute(path: request.path) else {
            // Programs are answered as programs are.
            guard !request.path.utf8.starts(with: "/v1/".utf8) else { return nil }
            let visitor = await Visitor(operations, formToken: request.formToken, on: nil)
            return .page(FailurePage.content(APIError(.notFound, "there is nothing at \(request.path)")), for: visitor)
        }
        var unit: UnitStatus?
        if let id = route.unit { unit = try? await operations.status(of: UnitFilter(id)).units.first }
        let visitor = await Visitor(operations, formToken: request.formToken, on: unit)
        return await answer(request, at: route, operations, visitor)
    }

    package func answer(
        _ request: PageRequest, at route: PageRoute, _ operations: any Operations, _ visitor: Visitor
    ) async -> PageAnswer {
        do throws(APIError) {
            guard route.takes(request.method) else {
                throw APIError(.invalid, "this place does not take \(Text(request.method.rawValue))")
            }
            switch route {
            case .asset: throw APIError(.notFound, "there is no such file any more")
            case .live: return try await streams.live(request, operations)
            case .export: return streams.export(request, operations)
            case .act(let act, let unit) where request.method == .post:
                return try await acts.answer(act, unit, request, operations, visitor)
            case .refresh: return try await acts.refresh(operations, visitor)
            default:
                guard !request.wantsPart else {
                    return .page(try await content(of: route, request, operations, visitor), for: visitor, part: true)
                }
                let place = (
                    sequence: try await operations.newest(), mark: await operations.stirs(after: nil, wait: .zero).mark
                )
                let content = try await content(of: route, request, operations, visitor)
                return .page(content.followed(from: place), for: visitor)
            }
        } catch {
            return .page(FailurePage.content(error), for: visitor)
        }
    }

    private func content(
        of route: PageRoute, _ request: PageRequest, _ operations: any Operations, _ visitor: Visitor
    ) async throws(APIError) -> PageContent {
        switch route {
        case .overview:
            let status = try await operations.status(of: .all)
            return OverviewPage(status, OverviewQuery(request.query), now: clock()).content
        case .unit(let unit):
            let done = request.text("done").flatMap { UnitAct(rawValue: $0.string) }
            let view = try await UnitView.look(
                up: unit, operations, hasOwners: request.text("owners") != nil)
            return UnitPage(view, visitor, done: done, now: clock()).content
        case .tree(let unit): return TreePage(try await operations.tree(of: unit), now: clock()).content
        case .act(let act, let unit): return try await acts.page(act, unit, request, operations, visitor)
        case .drift:
            let words = OverviewQuery(request.query).words
            return try await DriftPage.look(operations, words: words, now: clock()).content
        case .approvals:
            let events = try await operations.events(EventFilter(kinds: WaitingPlan.kinds, limit: 2000)).events
            let units = try await operations.status(of: .all).units
            var movable: Set<UnitID> = []
            for plan in units.compactMap({ WaitingPlan($0) }) where await visitor.may(plan.verb, on: plan.status) {
                movable.insert(plan.unit)
            }
            return ApprovalsPage(
                units, events, visitor, movable: movable, ApprovalsQuery(request.query), now: clock()
            ).content
        case .activity:
            let query = ActivityQuery(request.query)
            let found = try await ActivitySearch(query).look(operations)
            let checkpoint = visitor.may(.audit) ? try await operations.checkpoint() : nil
            return ActivityPage(query, found, checkpoint: checkpoint, now: clock()).content
        case .verification:
            return VerificationPage(try await operations.verify(against: nil), now: clock()).content
        case .targets, .projects:
            let units = try await operations.status(of: .all).units
            let page = request.text("page").flatMap { Int($0.string) } ?? 1
            let words = OverviewQuery(request.query).words
            let kind: GroupPage.Kind = route == .targets ? .targets : .projects
            return GroupPage(kind, units, words: words, page: page, now: clock()).content
        case .sources:
            let sources = try await operations.status(of: .all).sources
            return SourcesPage(
                sources, visitor, words: OverviewQuery(request.query).words,
                isRefreshed: request.text("done") == "refresh", now: clock()
            ).content
        case .secrets:
            let words = OverviewQuery(request.query).words
            return SecretsPage(try await operations.secrets(of: .all), words: words, now: clock()).content
        case .access: return try await AccessPage.look(operations, visitor, now: clock()).content
        case .export, .live, .refresh, .asset: throw APIError(.notFound, "this is no page")
        }
    }
}
