// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
package import Model

/// Answers browsers: asks an engine and has pages made of what it says. Holds no rule of its own about who may.
package struct Pages: Sendable {
    private let clock: @Sendable () -> Time
    private let acts: PageActs
    /// How long a stream is silent before it shows that it lives, and how long it waits between two frames.
    private let heartbeat: Duration
    private let pause: Duration

    package init(
        clock: @escaping @Sendable () -> Time, heartbeat: Duration = .seconds(15),
        pause: Duration = .milliseconds(200), patience: Duration = .seconds(8)
    ) {
        self.clock = clock
        self.heartbeat = heartbeat
        self.pause = pause
        acts = PageActs(clock: clock, patience: patience)
    }

    package func answer(_ request: WebRequest, _ operations: any Operations, _ visitor: Visitor) async -> WebAnswer {
        do throws(APIError) {
            guard request.route.takes(request.method) else {
                throw APIError(.invalid, "this place does not take \(Text(request.method.rawValue))")
            }
            switch request.route {
            case .asset(let name):
                guard let asset = Asset.named(name) else { throw APIError(.notFound, "there is no such file any more") }
                return .asset(asset)
            case .live: return try await stream(request, operations)
            case .export: return export(request, operations)
            case .act where request.method == .post, .refresh:
                return try await acts.answer(request, operations, visitor)
            default:
                return .page(try await content(request, operations, visitor), part: request.wantsPart)
            }
        } catch {
            return .page(FailurePage.content(error))
        }
    }

    /// What cannot be answered at all.
    package static func refuse(_ error: APIError) -> WebAnswer { .page(FailurePage.content(error)) }

    private func content(
        _ request: WebRequest, _ operations: any Operations, _ visitor: Visitor
    ) async throws(APIError) -> PageContent {
        switch request.route {
        case .overview:
            let status = try await operations.status(of: .all)
            return OverviewPage(status, OverviewQuery(request.query), now: clock()).content
        case .unit(let unit):
            let done = request.text("done").flatMap { UnitAct(rawValue: $0.string) }
            return UnitPage(try await UnitView.look(up: unit, operations), visitor, done: done, now: clock()).content
        case .act(let act, let unit): return try await acts.page(act, unit, request, operations, visitor)
        case .drift:
            let events = try await operations.events(EventFilter(kinds: DriftPage.kinds, limit: 2000)).events
            let units = try await operations.status(of: .all).units
            return DriftPage(
                DriftEpisode.episodes(of: events, units: units), words: OverviewQuery(request.query).words, now: clock()
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
            return GroupPage(request.route == .targets ? .targets : .projects, units, page: page, now: clock()).content
        case .sources:
            let sources = try await operations.status(of: .all).sources
            return SourcesPage(sources, visitor, isRefreshed: request.text("done") == "refresh", now: clock()).content
        case .export, .live, .refresh, .asset: throw APIError(.notFound, "this is no page")
        }
    }

    private func export(_ request: WebRequest, _ operations: any Operations) -> WebAnswer {
        let search = ActivitySearch(ActivityQuery(request.query))
        let pieces = WebAnswer.Pieces(start: 0) { sequence in
            let lines = try await search.lines(after: sequence, operations)
            return (lines.events.flatMap { JSON.write($0.wire) + [UInt8(ascii: "\n")] }, lines.next)
        }
        return WebAnswer(
            type: "application/jsonl", .pieces(pieces),
            headers: [("content-disposition", "attachment; filename=\"journal.jsonl\""), WebAnswer.fresh])
    }

    /// Nothing is queued: what came while a frame was written and paused over is in the next one.
    private func stream(_ request: WebRequest, _ operations: any Operations) async throws(APIError) -> WebAnswer {
        let units = request.text("unit").flatMap(UnitPattern.init(parsing:)).map { UnitFilter(patterns: [$0]) } ?? .all
        let start: UInt64
        if let last = request.lastEvent {
            start = last
        } else {
            start = try await operations.events(EventFilter(limit: 1)).next
        }
        let pieces = WebAnswer.Pieces(start: start) { [heartbeat, pause] sequence in
            if sequence != start { try? await Task.sleep(for: pause) }
            let filter = EventFilter(units: units, start: .after(sequence), limit: 1000, wait: heartbeat)
            let page = try await operations.events(filter)
            return (LiveFrame(page)?.bytes ?? LiveFrame.heartbeat(page.next), page.next)
        }
        return WebAnswer(type: "text/event-stream", .pieces(pieces), headers: [WebAnswer.fresh])
    }
}
