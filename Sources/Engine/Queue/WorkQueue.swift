// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import HeapModule
package import Model

/// Which units are dirty, why, and which comes next. A pure value: it keeps no clock and starts nothing.
///
/// A unit stands here at most once, however often it is marked. While it runs it may be marked again, and then runs
/// again. Nothing is kept for a unit at rest.
package struct WorkQueue: Sendable {
    private var waiting = DenseTable<UnitID, Entry>()
    private var running: [UnitID: Entry?] = [:]
    /// What is due, by target: so that a busy target's units cost nothing while others run.
    private var lanes: [TargetName: Lane] = [:]
    /// The most urgent unit of each lane that has a free worker.
    private var offers = Heap<Ticket>()
    private var delayed = Heap<Delay>()
    /// Audits that are asked for later, and not merged with anything until then. Every unit at rest has one.
    private var audits = DenseTable<UnitID, Moment>()
    private var alarms = Heap<Alarm>()
    private let workersPerTarget: Int
    /// Targets for which it is another number.
    private var workers: [TargetName: Int] = [:]
    private var nextSequence: UInt64 = 0

    package init(workersPerTarget: Int) {
        self.workersPerTarget = max(1, workersPerTarget)
    }

    /// From now on so many units of a target run at the same time.
    package mutating func allow(_ count: Int, on target: TargetName) {
        workers[target] = max(1, count)
        offer(target)
    }

    /// Units that wait, delayed ones included.
    package var waitingCount: Int { waiting.count }
    /// Units that wait for nothing but a worker.
    package var dueCount: Int { waiting.values.count { $0.notBefore == nil } }
    package var runningCount: Int { running.count }
    package var isIdle: Bool { waiting.isEmpty && running.isEmpty }

    package func isRunning(_ unit: UnitID) -> Bool { running[unit] != nil }
    /// Whether it waits or runs.
    package func isDirty(_ unit: UnitID) -> Bool { waiting[unit] != nil || running[unit] != nil }

    /// Makes a unit dirty. With an earlier mark it becomes one job: the more urgent class, the wider scope, the
    /// earlier moment. A mark without `notBefore` overrides a delay.
    package mutating func mark(_ unit: UnitID, _ job: Job, now: Moment, notBefore: Moment? = nil) {
        if let again = running[unit] {
            var entry = again ?? Entry(job: job, since: now, notBefore: notBefore)
            entry.merge(job, notBefore: notBefore)
            running[unit] = .some(entry)
            return
        }
        var entry = waiting[unit] ?? Entry(job: job, since: now, notBefore: notBefore)
        entry.merge(job, notBefore: notBefore)
        enqueue(unit, entry, now: now)
    }

    /// Asks for an audit at a moment. Until then the unit is at rest, and what makes it dirty meanwhile is looked at alone:
    /// an audit that is due in an hour must not make a drift's look as wide as its own. Of two moments the earlier stays.
    package mutating func audit(_ unit: UnitID, at moment: Moment) {
        if let known = audits[unit], known <= moment { return }
        audits[unit] = moment
        alarms.insert(Alarm(moment: moment, unit: unit))
    }

    /// Forgets what waits for a unit, which left the fleet.
    package mutating func forget(_ unit: UnitID) {
        waiting[unit] = nil
        audits[unit] = nil
        if running[unit] != nil { running[unit] = .some(nil) }
    }

    /// The job to start now; `nil` when all that is dirty must wait.
    package mutating func next(now: Moment) -> (unit: UnitID, job: Job)? {
        promoteDelayed(now: now)
        while let offer = offers.popMin() {
            let (unit, target) = (offer.unit, offer.unit.target)
            // Another offer of the lane has taken its place.
            guard lanes[target]?.offered == offer.sequence else { continue }
            lanes[target]?.offered = nil
            if let entry = waiting[unit], entry.sequence == offer.sequence {
                waiting[unit] = nil
                running[unit] = .some(nil)
                lanes[target]?.running += 1
                self.offer(target)
                return (unit, entry.job)
            }
            self.offer(target)
        }
        return nil
    }

    /// Of the table of those that wait, for tests.
    var room: Int { waiting.room }

    /// Makes the most urgent unit of a target one that may come next, if the target has a free worker. Each step of a
    /// lane makes at most one offer, however many units wait in it.
    private mutating func offer(_ target: TargetName) {
        guard var lane = lanes.removeValue(forKey: target) else { return }
        while let first = lane.due.min, waiting[first.unit]?.sequence != first.sequence { lane.due.removeMin() }
        guard let first = lane.due.min else {
            if lane.running > 0 { lanes[target] = lane }
            return
        }
        if lane.running < workers[target] ?? workersPerTarget, lane.offered != first.sequence {
            lane.offered = first.sequence
            offers.insert(first)
        }
        lanes[target] = lane
    }

    /// A job ended. A mark that came meanwhile makes the unit dirty again; `retry` asks for another run later.
    package mutating func finished(_ unit: UnitID, retry: (job: Job, at: Moment)?, now: Moment) {
        guard let again = running.removeValue(forKey: unit) else { return }
        lanes[unit.target]?.running -= 1
        if let again { enqueue(unit, again, now: now) }
        if let retry { mark(unit, retry.job, now: now, notBefore: retry.at) }
        offer(unit.target)
    }

    /// When ``next(now:)`` may have something that it does not have now; `nil` when only a mark can bring it.
    package mutating func nextWake() -> Moment? {
        while let delay = delayed.min, waiting[delay.unit]?.sequence != delay.sequence { delayed.removeMin() }
        while let alarm = alarms.min, audits[alarm.unit] != alarm.moment { alarms.removeMin() }
        return [delayed.min?.moment, alarms.min?.moment].compactMap { $0 }.min()
    }

    private mutating func promoteDelayed(now: Moment) {
        while let alarm = alarms.min, alarm.moment <= now {
            alarms.removeMin()
            guard audits[alarm.unit] == alarm.moment else { continue }
            audits[alarm.unit] = nil
            mark(alarm.unit, .audit, now: alarm.moment)
        }
        while let delay = delayed.min, delay.moment <= now {
            delayed.removeMin()
            guard var entry = waiting[delay.unit], entry.sequence == delay.sequence else { continue }
            entry.notBefore = nil
            enqueue(delay.unit, entry, now: now)
        }
    }

    /// Tickets of earlier entries stay in the heaps and are skipped by their sequence.
    private mutating func enqueue(_ unit: UnitID, _ entry: Entry, now: Moment) {
        nextSequence += 1
        var entry = entry
        entry.sequence = nextSequence
        waiting[unit] = entry
        if let notBefore = entry.notBefore, notBefore > now {
            delayed.insert(Delay(moment: notBefore, sequence: nextSequence, unit: unit))
        } else {
            let rank = entry.since.advanced(by: entry.job.urgency.headStart)
            lanes[unit.target, default: Lane()].due.insert(Ticket(rank: rank, sequence: nextSequence, unit: unit))
            offer(unit.target)
        }
    }
}

extension WorkQueue {
    private struct Entry: Sendable {
        var job: Job
        var since: Moment
        var notBefore: Moment?
        var sequence: UInt64 = 0

        init(job: Job, since: Moment, notBefore: Moment?) {
            self.job = job
            self.since = since
            self.notBefore = notBefore
        }

        mutating func merge(_ other: Job, notBefore other2: Moment?) {
            job.merge(other)
            notBefore = if let notBefore, let other2 { min(notBefore, other2) } else { nil }
        }
    }

    /// What stands with one target. Gone when nothing is due or runs there.
    private struct Lane: Sendable {
        var due = Heap<Ticket>()
        var running = 0
        /// The sequence of its newest offer, while that stands.
        var offered: UInt64?
    }

    private struct Ticket: Comparable, Sendable {
        let rank: Moment
        let sequence: UInt64
        let unit: UnitID

        static func < (left: Ticket, right: Ticket) -> Bool {
            (left.rank, left.sequence) < (right.rank, right.sequence)
        }
        static func == (left: Ticket, right: Ticket) -> Bool { left.sequence == right.sequence }
    }

    private struct Delay: Comparable, Sendable {
        let moment: Moment
        let sequence: UInt64
        let unit: UnitID

        static func < (left: Delay, right: Delay) -> Bool {
            (left.moment, left.sequence) < (right.moment, right.sequence)
        }
        static func == (left: Delay, right: Delay) -> Bool { left.sequence == right.sequence }
    }

    /// Stands while it is the moment of its unit's audit.
    private struct Alarm: Comparable, Sendable {
        let moment: Moment
        let unit: UnitID

        static func < (left: Alarm, right: Alarm) -> Bool { left.moment < right.moment }
        static func == (left: Alarm, right: Alarm) -> Bool { left.moment == right.moment }
    }
}
