// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What is known of one unit at one moment: a fold over its events up to then. Says what ran and who let it run, where
/// ``UnitRecord`` says what an engine has to know to go on.
///
/// Events whose payload was erased still say that something was done, when and by whom; what they said beyond that is
/// missing here, and ``isIncomplete`` says so.
package struct PastUnit: Sendable, Hashable {
    /// Somebody's word that let a plan through.
    package struct Assent: Sendable, Hashable {
        package enum Way: String, Sendable, Hashable, CaseIterable {
            case approved, confirmed, brokeGlass
        }

        package var way: Way
        package var actor: Actor
        package var time: Time
        /// The groups that they were in then.
        package var groups: [Text]
        package var reason: Text
        /// `nil` when that was erased.
        package var plan: Digest?

        package init(way: Way, actor: Actor, time: Time, groups: [Text] = [], reason: Text = "", plan: Digest? = nil) {
            self.way = way
            self.actor = actor
            self.time = time
            self.groups = groups
            self.reason = reason
            self.plan = plan
        }
    }

    /// How content came to a unit.
    package struct Arrival: Sendable, Hashable {
        /// `nil` when that was erased.
        package var version: Version?
        package var render: Digest?
        package var cause: SyncCause?
        package var actor: Actor
        package var reason: Text
        package var started: Time
        /// `nil` while it is under way.
        package var ended: Time?
        package var isPart: Bool
        /// Whose word let it through, oldest first.
        package var assents: [Assent]

        package init(
            version: Version?, render: Digest?, cause: SyncCause?, actor: Actor, reason: Text = "", started: Time,
            ended: Time? = nil, isPart: Bool = false, assents: [Assent] = []
        ) {
            self.version = version
            self.render = render
            self.cause = cause
            self.actor = actor
            self.reason = reason
            self.started = started
            self.ended = ended
            self.isPart = isPart
            self.assents = assents
        }
    }

    /// What ran; `nil` when nothing did, or when that was erased.
    package private(set) var running: Arrival?
    /// What was just being carried out.
    package private(set) var syncing: Arrival?
    /// Whether objects of two versions may have been live: a sync to other content ended before its end.
    package private(set) var isTorn = false
    /// `nil` when that was erased.
    package private(set) var health: HealthReport? = HealthReport(.unknown)
    package private(set) var driftSince: Time?
    package private(set) var drifted: Set<ObjectID> = []
    package private(set) var pause: Pause?
    /// Why a plan waited for somebody; empty when none did.
    package private(set) var waits: Text = ""
    /// Why the last sync failed; empty when it did not.
    package private(set) var failure: Text = ""
    package private(set) var project: ProjectName?
    /// Whether it had left the fleet.
    package private(set) var isRemoved = false
    /// Whether something of it was erased, so that what is said here may not be all.
    package private(set) var isIncomplete = false

    private var assents: [Assent] = []
    /// The plan of the last sync.
    private var carriedOut: Digest?
    /// What was tried last: who agreed to content agreed to it for the next try, too.
    private var tried: Arrival?
    /// Syncs that only their headers tell of, the newest last.
    private var unclear: [Arrival] = []

    private static let unclearLimit = UnitRecord.historyLimit

    package init() {}

    /// As somebody else has folded it.
    package init(
        running: Arrival?, syncing: Arrival? = nil, isTorn: Bool = false, health: HealthReport? = nil,
        driftSince: Time? = nil, drifted: Set<ObjectID> = [], pause: Pause? = nil, waits: Text = "", failure: Text = "",
        project: ProjectName? = nil, isIncomplete: Bool = false
    ) {
        self.running = running
        self.syncing = syncing
        self.isTorn = isTorn
        self.health = health
        self.driftSince = driftSince
        self.drifted = drifted
        self.pause = pause
        self.waits = waits
        self.failure = failure
        self.project = project
        self.isIncomplete = isIncomplete
    }

    /// The kinds of events that it learns from.
    package static let kinds: Set<EventKind> = [
        .syncStarted, .syncEnded, .approved, .rejected, .confirmed, .planBlocked, .healthChanged, .drifted, .healed,
        .paused, .resumed, .unitRemoved, .cancelled,
    ]

    /// Follows one event of the unit; events of other kinds change nothing.
    package mutating func apply(_ event: Event) {
        let isErased = event.payload == .null
        isIncomplete = isIncomplete || isErased && event.kind != .resumed
        switch event.kind {
        case .syncStarted: begin(event)
        case .syncEnded: end(event)
        case .approved, .confirmed: assent(event)
        case .rejected: takeBack(event.actor, event.payload(as: Rejected.self)?.plan)
        case .planBlocked: waits = event.payload(as: PlanBlocked.self)?.reason ?? "a plan waited for somebody"
        case .cancelled: waits = ""
        case .healthChanged:
            health = event.payload(as: HealthChanged.self).map { HealthReport($0.health, reason: $0.reason.string) }
        case .drifted:
            drifted = Set((event.payload(as: Drifted.self)?.objects ?? [:]).keys)
            driftSince = driftSince ?? event.time
        case .healed:
            drifted.subtract(event.payload(as: Healed.self)?.objects ?? [])
            if drifted.isEmpty { driftSince = nil }
        case .paused:
            pause = event.payload(as: Paused.self).map { Pause(until: $0.until, actor: event.actor, reason: $0.reason) }
        case .resumed: pause = nil
        case .unitRemoved:
            let (project, isIncomplete) = (project, isIncomplete)
            self = PastUnit()
            (self.project, self.isIncomplete, isRemoved) = (project, isIncomplete, true)
        default: break
        }
    }

    private mutating func assent(_ event: Event) {
        let approved = event.payload(as: Approved.self)
        let confirmed = event.payload(as: Confirmed.self)
        let way: Assent.Way =
            event.kind == .confirmed ? .confirmed : approved?.isBreakGlass ?? false ? .brokeGlass : .approved
        let plan = approved?.plan ?? confirmed?.plan
        assents.removeAll { $0.actor == event.actor && $0.plan == plan && $0.way == way }
        assents.append(
            Assent(
                way: way, actor: event.actor, time: event.time, groups: approved?.groups ?? [],
                reason: approved?.reason ?? confirmed?.reason ?? "", plan: plan))
    }

    private mutating func takeBack(_ actor: Actor, _ plan: Digest?) {
        assents.removeAll { $0.actor == actor && (plan == nil || $0.plan == nil || $0.plan == plan) }
    }

    private mutating func begin(_ event: Event) {
        let started = event.payload(as: SyncStarted.self)
        var arrival = Arrival(
            version: started?.version, render: started?.render, cause: started?.cause, actor: event.actor,
            reason: started?.reason ?? "", started: event.time, isPart: started?.part.isLimited ?? false)
        if let tried, let render = started?.render, tried.render == render { arrival.assents = tried.assents }
        let known = arrival.assents
        arrival.assents += assents.filter { ($0.plan == nil || $0.plan == started?.plan) && !known.contains($0) }
        // What was erased cannot be told from what belongs to another plan: it is counted once.
        assents.removeAll { $0.plan == nil }
        if let open = syncing, open.render != running?.render { isTorn = true }
        if let name = started.flatMap({ ProjectName($0.testament.project) }) { project = name }
        syncing = arrival
        carriedOut = started?.plan
        waits = ""
        isRemoved = false
    }

    private mutating func end(_ event: Event) {
        guard var arrival = syncing else { return }
        syncing = nil
        arrival.ended = event.time
        guard let ended = event.payload(as: SyncEnded.self) else {
            unclear.append(arrival)
            if unclear.count > Self.unclearLimit { unclear.removeFirst() }
            return
        }
        (arrival.version, arrival.render) = (ended.version, ended.render)
        tried = arrival
        failure = ended.result == .failed ? ended.reason : ""
        guard ended.result == .succeeded, !arrival.isPart else {
            if ended.render != running?.render { isTorn = true }
            return
        }
        // A plan that waits meanwhile keeps who let it through; votes are of the version that is here now.
        assents.removeAll { $0.way != .confirmed || $0.plan == nil || $0.plan == carriedOut }
        isTorn = false
        if arrival.cause != .drift { (drifted, driftSince) = ([], nil) }
        guard arrival.render == running?.render else {
            running = arrival
            health = HealthReport(.unknown)
            return
        }
        // Putting drift back is no arrival; the same content of another commit is, and it was agreed to already.
        guard arrival.cause != .drift, !Version.agree(running?.version, arrival.version) else { return }
        arrival.assents = (running?.assents ?? []) + arrival.assents
        running = arrival
    }
}

extension PastUnit {
    /// Fills in from what retention carried on what the erased events had said: the syncs of the unit that ended.
    /// - Parameter history: of the unit, oldest first, also of later syncs.
    package mutating func complete(from history: [UnitRecord.Entry], at moment: Time) {
        let entry = history.last { $0.result == .succeeded && !$0.isPart && $0.ended <= moment }
        guard isIncomplete || running == nil, !isRemoved, let entry else { return }
        if let ended = running?.ended, ended >= entry.ended { return }
        // The same again, as when a person had drift put back, is no arrival.
        if let running, running.render == entry.render, Version.agree(running.version, entry.version) { return }
        isIncomplete = true
        running = Arrival(
            version: entry.version, render: entry.render, cause: entry.cause, actor: entry.actor, reason: entry.reason,
            started: entry.started, ended: entry.ended,
            assents: unclear.last { $0.started == entry.started }?.assents ?? [])
    }
}
