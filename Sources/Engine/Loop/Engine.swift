// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Keeps the units of a fleet: knows how each stands, which are dirty, and runs a worker for each in its turn.
///
/// The one owner of the queue and of the units' records. Decisions are made by ``Reconciliation``, acts by the drivers.
package actor Engine {
    var entries = EntryTable()
    /// The units in order, so that a look at them all need not sort them. Entries only come: as long as there are as many,
    /// it is theirs.
    private var order: [UnitID] = []
    var queue: WorkQueue
    /// Units that wait for a unit.
    var dependents: [UnitID: Set<UnitID>] = [:]
    var waiters: [UnitID: [CheckedContinuation<Void, Never>]] = [:]
    /// Whether targets are watched: not in a single settling.
    var isRunning = false
    /// When the running engine will be woken, whatever happens.
    var alarms: Set<Moment> = []
    var drivers: [TargetName: any TargetDriver]
    let content: any ContentProvider
    let recorder: any EventRecorder
    let clocks: Clocks
    package nonisolated let mailbox = Mailbox()
    /// How long until a unit at rest is audited in full.
    let auditInterval: Duration
    /// How long the content of a unit may take to be rendered or read.
    let contentDeadline: Duration
    /// Whether drivers are told what to watch: not by somebody who settles once and leaves.
    let isWatching: Bool
    let runEnded: @Sendable (_ objects: Int) -> Void
    /// Units that came to stand otherwise without an event that says so, in order.
    var stirLog = ChangeLog()
    /// How many of these there were, for those who wait for more.
    package nonisolated let stirred = Watermark(newest: 0)
    /// Units of whose run under way something is on record.
    var spoken: Set<UnitID> = []

    /// - Parameters:
    ///   - records: What the journal knows, by unit.
    ///   - runEnded: Told how many objects a run or a preview has looked at, once it has ended.
    package init(
        drivers: [TargetName: any TargetDriver] = [:], content: any ContentProvider, recorder: any EventRecorder,
        clocks: Clocks, records: [UnitID: Apart<UnitRecord>], workersPerTarget: Int = 8,
        auditInterval: Duration = .seconds(900), contentDeadline: Duration = .seconds(900), isWatching: Bool = true,
        runEnded: @escaping @Sendable (_ objects: Int) -> Void = { _ in }
    ) {
        self.drivers = drivers
        self.content = content
        self.recorder = recorder
        self.clocks = clocks
        self.auditInterval = auditInterval
        self.contentDeadline = contentDeadline
        self.isWatching = isWatching
        self.runEnded = runEnded
        queue = WorkQueue(workersPerTarget: workersPerTarget)
        known = records
        for (target, driver) in drivers { if let count = driver.runsAtOnce { queue.allow(count, on: target) } }
    }

    /// Records of units that the fleet has not named yet.
    var known: [UnitID: Apart<UnitRecord>]

    /// The fleet as it now is. Units that are new or changed become dirty; units that are missing are left alone unless
    /// they are among `removed`.
    package func install(_ units: [ManagedUnit], removed: [ManagedUnit] = []) {
        entries.expect(units.count + removed.count)
        for managed in units + removed {
            let unit = managed.unit
            let before = entries[unit]
            var entry = before ?? entry(of: managed, known.removeValue(forKey: unit))
            let isChanged = before == nil || entry.managed != managed
            entry.managed = managed
            if isChanged { entry.failures = 0 }
            entries[unit] = entry
            for dependency in managed.dependsOn { dependents[dependency, default: []].insert(unit) }
            if isChanged { queue.mark(unit, .commit, now: clocks.monotonic()) }
        }
        // A table keeps the room that it had.
        if known.isEmpty { known = [:] }
        mailbox.ring()
    }

    /// Until it is looked at, a unit stands as the journal left it.
    private func entry(of managed: ManagedUnit, _ known: Apart<UnitRecord>?) -> Entry {
        let held = known ?? Apart(wrappedValue: UnitRecord())
        let record = held.wrappedValue
        let state: SyncState =
            if !record.failure.isEmpty { .failed } else if record.blocked != nil { .blocked } else {
                record.applied == nil ? .pending : .inSync
            }
        return Entry(managed: managed, record: held, state: state, reason: record.blocked?.reason ?? record.failure)
    }

    /// Serves a target from now on, once what a killed process left half done there is put away. One that is served
    /// keeps its driver.
    package func serve(_ target: TargetName, by driver: any TargetDriver) async throws(TargetError) {
        guard drivers[target] == nil else { return }
        try await driver.recover()
        drivers[target] = driver
        if let count = driver.runsAtOnce { queue.allow(count, on: target) }
        mailbox.ring()
    }

    /// What these units render from may have changed without a new version. One that waits for another try is left to
    /// that.
    package func suspect(_ units: [UnitID]) {
        for unit in units {
            guard let entry = entries[unit], entry.nextAttempt == nil else { continue }
            queue.mark(unit, .commit, now: clocks.monotonic())
        }
        mailbox.ring()
    }

    /// Makes units dirty for a person, at once.
    package func request(_ units: [UnitID], _ job: Job) {
        for unit in units where entries[unit] != nil {
            entries[unit]?.failures = 0
            queue.mark(unit, job, now: clocks.monotonic())
        }
        mailbox.ring()
    }

    /// Makes units dirty and returns when each has been through a run that began afterwards. Somebody must be running
    /// or settling the engine. Once it is stopping, nothing is waited for that was not begun.
    package func requestAndWait(_ units: [UnitID], _ job: Job) async {
        guard isRunning else {
            request(units, job)
            return await settle()
        }
        await withDiscardingTaskGroup { group in
            for unit in units { group.addTask { await self.requestAndWait(unit, job) } }
        }
    }

    private func requestAndWait(_ unit: UnitID, _ job: Job) async {
        // One that is under way is not the one that is asked for, and neither is the next if it has begun by then.
        while entries[unit]?.running != nil { await waitForRun(of: unit) }
        request([unit], job)
        if queue.isDirty(unit) { await waitForRun(of: unit) }
    }

    /// Stops a unit's run before its next act, because a person says so.
    /// - Returns: `false` when nothing is under way.
    package func cancel(_ unit: UnitID, reason: Text, by actor: Actor) async throws -> Bool {
        guard let version = entries[unit]?.running else { return false }
        try await record([Cancelled(version: version, reason: reason).draft(of: unit, by: actor)])
        guard entries[unit]?.running == version else { return false }
        entries[unit]?.cancellation = reason.isEmpty ? "cancelled by \(actor)" : "cancelled by \(actor): \(reason)"
        return true
    }

    /// Records what a person did and looks at the unit again.
    package func act(_ drafts: [EventDraft], then job: Job?) async throws {
        try await record(drafts)
        for unit in Set(drafts.compactMap(\.unit)) { if let job { request([unit], job) } }
    }

    /// What the journal says of every unit, those included that the fleet does not name.
    package func knownRecords() -> [(unit: UnitID, record: Apart<UnitRecord>)] {
        entries.all.map { ($0.managed.unit, $0.$record) } + known.map { ($0.key, $0.value) }
    }

    /// What the journal says of those among some units that the fleet has not named yet, in their order.
    package func unnamed(_ units: [UnitID]) -> [(unit: UnitID, record: Apart<UnitRecord>)] {
        units.compactMap { unit in known[unit].map { (unit, $0) } }
    }

    package func snapshots() -> [UnitSnapshot] {
        if order.count != entries.count { order = entries.units.sorted() }
        return order.compactMap { entries[$0].map(snapshot) }
    }

    /// How units stand that have changed since somebody looked last, for those who keep what they saw.
    ///
    /// - Parameter mark: of that look; `nil` for the first.
    package func news(since mark: UInt64?) -> UnitNews {
        // Who looks for the first time, or has not seen a unit that has come since, is shown all, in order.
        guard let mark, mark >= entries.grown, let changed = entries.changed(since: mark) else {
            return UnitNews(units: snapshots(), isWhole: true, mark: entries.mark)
        }
        let units = changed.compactMap { unit in entries[unit].map(snapshot) }
        return UnitNews(units: units, isWhole: false, mark: entries.mark)
    }

    /// What their targets have to say of how units are looked after; of those of which there is something to say.
    ///
    /// - Parameter units: `nil` for all.
    package func remarks(on units: [UnitID]?) -> [UnitID: [Text]] {
        let speaking = drivers.filter { $0.value.hasRemarks }
        guard !speaking.isEmpty else { return [:] }
        var remarks: [UnitID: [Text]] = [:]
        for unit in units ?? Array(entries.units) {
            if let said = speaking[unit.target]?.remarks(on: unit), !said.isEmpty { remarks[unit] = said }
        }
        return remarks
    }

    package func snapshot(of unit: UnitID) -> UnitSnapshot? { entries[unit].map(snapshot) }

    /// Those of some units that there are, in their order.
    package func snapshots(of units: [UnitID]) -> [UnitSnapshot] { units.compactMap { entries[$0].map(snapshot) } }

    private func snapshot(_ entry: Entry) -> UnitSnapshot {
        // Whoever was shown it at work is told when it rests.
        if entry.running != nil { spoken.insert(entry.managed.unit) }
        return UnitSnapshot(
            managed: entry.managed, record: entry.$record, state: entry.running == nil ? entry.state : .syncing,
            reason: entry.reason, plan: entry.plan, nextAttempt: entry.nextAttempt, unpruned: entry.unpruned,
            failures: entry.failures)
    }

    func record(_ drafts: [EventDraft]) async throws {
        for event in try await recorder.record(drafts) {
            guard let unit = event.unit else { continue }
            entries[unit]?.record.apply(event)
            if entries[unit]?.running != nil { spoken.insert(unit) }
        }
    }
}
