// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Fleet
package import Manifest
package import Model

/// An engine that only remembers: answers what it was given, and writes acts into a journal in memory.
package actor MemoryOperations {
    package private(set) var fleet: FleetStatus
    private var plans: [PlanView]
    private var drift: [DriftReport]
    private var rendered: [RenderedUnit]
    private var entries: [UnitID: [HistoryEntry]]
    let objects: ObjectTree
    let known: [UnitCommit]
    private var verification: Verification
    private var failure: APIError?
    private var journal: [EventView] = []
    private var waiting: [Int: AsyncStream<Void>.Continuation] = [:]
    private var nextWaiter = 0
    private var stirring: [UnitID] = []
    private let stirred = Watermark(newest: 0)
    /// How often it was asked for units or events.
    package private(set) var questions = 0
    private let clock: @Sendable () -> Time
    let policy: AccessPolicy
    var tokenViews: [TokenName: TokenView] = [:]

    package init(
        fleet: FleetStatus, plans: [PlanView] = [], drift: [DriftReport] = [], rendered: [RenderedUnit] = [],
        history: [UnitID: [HistoryEntry]] = [:],
        tree: ObjectTree = Sample.tree, commits: [UnitCommit] = Sample.commits,
        verification: Verification = Verification(events: 0, head: nil),
        policy: AccessPolicy = .none,
        clock: @escaping @Sendable () -> Time = { Time(nanoseconds: 1_795_426_200_000_000_000) }
    ) {
        self.fleet = fleet
        self.plans = plans
        self.drift = drift
        self.rendered = rendered
        self.entries = history
        objects = tree
        known = commits
        self.verification = verification
        self.clock = clock
        self.policy = policy
    }

    /// Every operation throws it from now on.
    package func fail(with error: APIError?) { failure = error }

    /// The acts so far, as the journal has them.
    package var acts: [EventView] { journal }

    package func append(
        _ kind: EventKind, unit: UnitID? = nil, actor: Actor = .trimtab, payload: Value = .null, summary: Text = ""
    ) {
        let event = Event(
            id: EventID(writer: "memory", incarnation: 1, sequence: UInt64(journal.count + 1)), time: clock(),
            draft: EventDraft(kind: kind, unit: unit, actor: actor, payload: payload))
        journal.append(EventView(event: event, summary: summary))
        for waiter in waiting.values { waiter.finish() }
        waiting = [:]
    }

    /// Makes what is known of a unit as long as one likes.
    package func setReason(_ reason: Text, of unit: UnitID) {
        update(unit) { $0.health = HealthReport(.degraded, reason: reason.string) }
    }

    /// Has a unit stand otherwise without an event.
    package func stir(_ unit: UnitID, to state: SyncState) {
        update(unit) { $0.sync = state }
        stirring.append(unit)
        stirred.advance(to: UInt64(stirring.count))
    }

    package func stirs(after mark: UInt64?, wait: Duration) async -> UnitStirs {
        guard let mark else { return UnitStirs(mark: stirred.newest) }
        let stirred = stirred
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await stirred.wait(past: mark) }
            group.addTask { try? await Task.sleep(for: wait) }
            await group.next()
            group.cancelAll()
        }
        return UnitStirs(units: Set(stirring.dropFirst(Int(mark))), mark: UInt64(stirring.count))
    }

    package func change(_ body: @Sendable (inout FleetStatus) -> Void) { body(&fleet) }

    func countQuestion() { questions += 1 }

    /// How many callers wait for an event.
    package var waiters: Int { waiting.count }

    func check() throws(APIError) {
        if let failure { throw failure }
    }

    func project(of unit: UnitID) -> ProjectName? { fleet.units.first { $0.unit == unit }?.project }

    func selected(_ filter: UnitFilter) -> [UnitStatus] {
        fleet.units.filter { filter.includes($0.unit, of: $0.project) }
    }

    /// For acts, which refuse to mean nothing.
    func acting(on filter: UnitFilter) throws(APIError) -> [UnitStatus] {
        try check()
        let units = selected(filter)
        guard !units.isEmpty else { throw APIError(.notFound, "no unit is meant by the filter") }
        return units
    }

    func update(_ unit: UnitID, _ change: (inout UnitStatus) -> Void) {
        guard let index = fleet.units.firstIndex(where: { $0.unit == unit }) else { return }
        change(&fleet.units[index])
    }

    func canned() -> ([PlanView], [DriftReport], [RenderedUnit], [UnitID: [HistoryEntry]], Verification) {
        (plans, drift, rendered, entries, verification)
    }

    func matching(_ filter: EventFilter) -> EventPage {
        var events = journal.filter { view in
            (view.event.unit.map { unit in
                project(of: unit).map { filter.units.includes(unit, of: $0) } ?? filter.units.patterns.isEmpty
            } ?? (filter.units == .all))
                && (filter.kinds.isEmpty || filter.kinds.contains(view.event.kind))
                && (filter.actor ?? view.event.actor) == view.event.actor
                && (filter.object.map { view.event.payload.names($0) } ?? true)
                && view.event.id.sequence < filter.before ?? .max
                && filter.since.map { view.event.time >= $0 } ?? true
                && filter.until.map { view.event.time <= $0 } ?? true
        }
        switch filter.start {
        case .after(let sequence):
            events = Array(events.filter { $0.event.id.sequence > sequence }.prefix(filter.limit))
        case .last: events = events.suffix(filter.limit)
        }
        let isFull = events.count == filter.limit && filter.start != .last
        let next = isFull ? events.last?.event.id.sequence : nil
        return EventPage(events: events, next: next ?? UInt64(journal.count))
    }

    /// Returns when an event was appended, the time is up, or the task is cancelled.
    func change(within limit: Duration) async {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        let waiter = nextWaiter
        nextWaiter += 1
        waiting[waiter] = continuation
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in stream {} }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
        waiting[waiter] = nil
    }
}
