// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model

extension Engine {
    /// Runs until the mailbox is closed or the task is cancelled. Units at rest cost nothing but their audit.
    package func run() async {
        isRunning = true
        defer { isRunning = false }
        await withDiscardingTaskGroup { watches in
            var watching: Set<TargetName> = []
            await withDiscardingTaskGroup { works in
                var wakeUps = mailbox.wakeUps.makeAsyncIterator()
                while !Task.isCancelled, !mailbox.isClosed {
                    for (name, driver) in drivers where watching.insert(name).inserted {
                        watches.addTask { await self.watch(name, driver) }
                    }
                    takeMail()
                    for work in startDue() { works.addTask { await work() } }
                    if let moment = nextAlarm() { watches.addTask { await self.ring(at: moment) } }
                    _ = await wakeUps.next(isolation: self)
                }
                for unit in Array(entries.units) where entries[unit]?.running != nil {
                    entries[unit]?.cancellation = "trimtab is stopping"
                }
            }
            // What they wait for is not begun any more.
            for waiter in waiters.values.joined() { waiter.resume() }
            waiters = [:]
            watches.cancelAll()
        }
    }

    /// Whether nothing more is begun: those who ask for it are told.
    package nonisolated var isStopping: Bool { mailbox.isClosed }

    /// Runs what is dirty now and what follows from it, then returns; what waits for a moment is not waited for. Nothing
    /// where the engine is running: two who wait for its wake-ups would take them from each other.
    package func settle() async {
        guard !isRunning, !isStopping else { return }
        await withDiscardingTaskGroup { group in
            var wakeUps = mailbox.wakeUps.makeAsyncIterator()
            while !Task.isCancelled {
                takeMail()
                for work in startDue() { group.addTask { await work() } }
                guard queue.runningCount > 0 else { break }
                _ = await wakeUps.next(isolation: self)
            }
        }
    }

    /// Returns when the unit has been through a run that began after the call, or after one that was under way.
    package func waitForRun(of unit: UnitID) async {
        guard let entry = entries[unit], entry.running != nil || !isStopping else { return }
        await withCheckedContinuation { waiters[unit, default: []].append($0) }
    }

    private func startDue() -> [@Sendable () async -> Void] {
        var started: [@Sendable () async -> Void] = []
        while let (unit, job) = queue.next(now: clocks.monotonic()) {
            guard let work = begin(unit, job) else {
                queue.finished(unit, retry: nil, now: clocks.monotonic())
                continue
            }
            started.append(work)
        }
        return started
    }

    private func takeMail() {
        for (unit, objects) in mailbox.take() where entries[unit] != nil {
            let job = objects.isEmpty ? .audit : Job(urgency: .drift, scope: .objects(objects))
            queue.mark(unit, job, now: clocks.monotonic())
        }
    }

    private func begin(_ unit: UnitID, _ job: Job) -> (@Sendable () async -> Void)? {
        guard var entry = entries[unit] else { return nil }
        guard let driver = drivers[unit.target] else {
            let before = entry
            entry.state = .failed
            entry.reason = "no target \(unit.target) here"
            entries[unit] = entry
            if !entry.stands(as: before) { stir(unit) }
            return nil
        }
        entry.running = entry.managed.newest ?? Version(fleet: nil, source: nil)
        entry.cancellation = nil
        entries[unit] = entry
        let facts = UnitFacts(
            context: entry.managed.context, policy: entry.managed.policy, record: entry.record,
            newest: entry.managed.newest, waitsFor: entry.managed.dependsOn.filter { !isReady($0) },
            fights: entry.fights, ill: entry.ill, unpruned: entry.unpruned,
            needsObjects: isWatching && !entry.isWatched(entry.record.applied?.render),
            isRemembered: driver.remembersContent, wall: clocks.wall(), monotonic: clocks.monotonic())
        let worker = Worker(
            context: entry.managed.context, driver: driver, content: content, clocks: clocks,
            contentDeadline: contentDeadline,
            record: { try await self.record($0) }, follow: { await self.follow(unit, $0, driver) },
            interruption: { await self.interruption(of: unit) },
            pause: { await self.pause(of: unit) })
        let reconciliation = Reconciliation(
            facts: facts, job: job, uid: { driver.uid(of: $0) }, isProtected: { driver.isProtected($0) },
            isFoundation: { driver.isFoundation($0) }, whoChanged: { driver.whoChanged($0) })
        return {
            let conclusion = await worker.run(reconciliation)
            await self.conclude(unit, job, conclusion, driver)
        }
    }

    private func pause(of unit: UnitID) -> Paused? { entries[unit]?.record.pause }

    private func interruption(of unit: UnitID) -> Interruption? {
        guard let entry = entries[unit] else { return .cancelled(reason: "the unit is gone") }
        if let reason = entry.cancellation { return .cancelled(reason: reason) }
        return entry.managed.newest == nil || entry.managed.newest == entry.running ? nil : .superseded
    }

    /// A dependency is there when it stands at its newest content and is well.
    private func isReady(_ unit: UnitID) -> Bool {
        guard let entry = entries[unit], entry.running == nil || entry.record.applied != nil else { return false }
        return entry.state == .inSync && entry.record.health.health <= .suspended
    }

    private func conclude(_ unit: UnitID, _ job: Job, _ conclusion: Conclusion, _ driver: any TargetDriver) async {
        guard var entry = entries[unit] else { return }
        let (wasReady, before) = (isReady(unit), entry)
        entry.running = nil
        entry.state = conclusion.state
        entry.reason = conclusion.reason
        entry.plan = conclusion.plan?.digest
        entry.fights = conclusion.fights
        entry.ill = conclusion.ill
        entry.unpruned = conclusion.unpruned
        let now = clocks.monotonic()
        var retry: (job: Job, at: Moment)?
        switch conclusion.again {
        case .whenMarked: entry.failures = 0
        case .after(let delay):
            retry = (Job(urgency: .commit, scope: .whole(.metadata)), now.advanced(by: delay))
        case .afterBackoff:
            entry.failures += 1
            let delay = Backoff.unit.delay(afterFailures: entry.failures, jitter: Double.random(in: 0..<1))
            retry = (Job(urgency: job.urgency, scope: .whole(.metadata)), now.advanced(by: delay))
        }
        entry.nextAttempt = retry.map { clocks.wall().advanced(by: $0.at.duration(since: now)) }
        entries[unit] = entry
        // Whoever was told of the run's last event has seen the unit as it was before this.
        if spoken.remove(unit) != nil || !entry.stands(as: before) { stir(unit) }
        await remember(unit, conclusion, driver)
        let mayHaveMissed = await watch(unit, conclusion, driver)
        if isGone(unit) { await leave(unit, driver) }
        queue.finished(unit, retry: retry, now: clocks.monotonic())
        if isGone(unit) {
            queue.forget(unit)
        } else if mayHaveMissed {
            queue.mark(unit, Job(urgency: .audit, scope: .whole(.metadata)), now: now)
        } else if retry == nil {
            queue.audit(unit, at: now.advanced(by: auditInterval * Double.random(in: 0.8..<1.2)))
        }
        if !wasReady, isReady(unit) {
            for dependent in dependents[unit] ?? [] { queue.mark(dependent, .commit, now: now) }
        }
        runEnded(conclusion.looked)
        for waiter in waiters.removeValue(forKey: unit) ?? [] { waiter.resume() }
        mailbox.ring()
    }

    /// Whether it left the fleet and has been let go.
    private func isGone(_ unit: UnitID) -> Bool {
        guard let entry = entries[unit] else { return true }
        return entry.managed.newest == nil && entry.record.isRemoved
    }

    /// Nothing of it is watched any more.
    private func leave(_ unit: UnitID, _ driver: any TargetDriver) async {
        guard isWatching, let context = entries[unit]?.managed.context else { return }
        entries[unit]?.watch(nil)
        // A driver that fails here reports what nobody acts upon.
        _ = try? await driver.setWatched([], of: context)
    }

    /// Content that was admitted and stands is for the driver to remember, unless it may be kept nowhere. What runs as a
    /// hook does not stand. A driver that cannot remember is given the objects the next time.
    private func remember(_ unit: UnitID, _ conclusion: Conclusion, _ driver: any TargetDriver) async {
        guard driver.remembersContent, conclusion.isProven, let rendered = conclusion.rendered, rendered.hooks.isEmpty,
            let context = entries[unit]?.managed.context,
            (try? await content.digest(of: unit, at: rendered.version)) == rendered.digest
        else { return }
        try? await driver.remember(rendered.objects, as: rendered.digest, of: context)
    }

    private func follow(_ unit: UnitID, _ rendered: Rendered, _ driver: any TargetDriver) async {
        guard let context = entries[unit]?.managed.context else { return }
        _ = await setWatched(unit, rendered, context, driver)
    }

    /// Where a driver cannot watch all of it now, the next run asks again. Gives whether something may have changed
    /// unseen before.
    private func setWatched(
        _ unit: UnitID, _ rendered: Rendered, _ context: UnitContext, _ driver: any TargetDriver
    ) async -> Bool {
        do {
            let mayHaveMissed = try await driver.setWatched(rendered.objects, of: context)
            entries[unit]?.watch(rendered.digest)
            return mayHaveMissed
        } catch {
            entries[unit]?.watch(nil)
            return false
        }
    }

    /// Whether something may have changed unseen between the comparison and the watch.
    private func watch(_ unit: UnitID, _ conclusion: Conclusion, _ driver: any TargetDriver) async -> Bool {
        guard isWatching, let entry = entries[unit], let rendered = conclusion.rendered, conclusion.state != .failed,
            !entry.isWatched(rendered.digest)
        else { return false }
        // A driver that cannot watch is audited; the audit's own run will say what is wrong.
        let mayHaveMissed = await setWatched(unit, rendered, entry.managed.context, driver)
        return isRunning && mayHaveMissed
    }

    private func watch(_ name: TargetName, _ driver: any TargetDriver) async {
        let sink = WatchSink { unit, objects in self.mailbox.leave(unit, objects) }
        while !Task.isCancelled {
            // A watch that fails is begun again; what was missed meanwhile is found by the audit.
            do { return try await driver.watch(sink) } catch {
                watchFailed(name)
                try? await clocks.sleep(clocks.monotonic().advanced(by: .seconds(5)))
            }
        }
    }

    private func watchFailed(_ target: TargetName) {
        for unit in entries.units where unit.target == target { mailbox.leave(unit, []) }
    }

    /// The moment at which the loop must be woken, unless it will be by then. One sleep serves many rounds: most of them
    /// are begun by others, long before it ends.
    private func nextAlarm() -> Moment? {
        guard let moment = queue.nextWake(), !alarms.contains(where: { $0 <= moment }) else { return nil }
        alarms.insert(moment)
        return moment
    }

    private func ring(at moment: Moment) async {
        try? await clocks.sleep(moment)
        alarms.remove(moment)
        mailbox.ring()
    }
}
