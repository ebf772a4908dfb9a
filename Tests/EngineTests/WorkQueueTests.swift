// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import TestSupport
import Testing

@testable import Engine

@Suite struct WorkQueueTests {
    private let a = unit("a"), b = unit("b"), c = unit("c")
    private let drift = Job(urgency: .drift, scope: .objects([object("x")]))
    private let audit = Job(urgency: .audit, scope: .whole(.content))

    @Test func `a unit that is marked often runs once`() {
        var queue = WorkQueue(workersPerTarget: 4)
        for _ in 0..<1000 { queue.mark(a, drift, now: .start) }
        #expect(queue.next(now: .start)?.unit == a)
        #expect(queue.next(now: .start) == nil)
    }

    @Test func `a unit that is marked while it runs runs again, not at the same time`() {
        var queue = WorkQueue(workersPerTarget: 4)
        queue.mark(a, drift, now: .start)
        _ = queue.next(now: .start)
        queue.mark(a, .commit, now: .start)
        #expect(queue.next(now: .start) == nil)
        queue.finished(a, retry: nil, now: .start)
        #expect(queue.next(now: .start)?.job == .commit)
    }

    @Test func `urgent classes go first, and an old audit is not starved`() {
        var queue = WorkQueue(workersPerTarget: 9)
        queue.mark(a, audit, now: .start)
        queue.mark(b, drift, now: .start)
        queue.mark(c, .commit, now: .start)
        #expect(order(&queue, at: .start) == [c, b, a])

        queue = WorkQueue(workersPerTarget: 9)
        queue.mark(a, audit, now: .start)
        let later = Moment.start.advanced(by: .seconds(400))
        queue.mark(b, .commit, now: later)
        #expect(order(&queue, at: later) == [a, b])
    }

    @Test func `a delay holds until its moment and a plain mark ends it`() {
        var queue = WorkQueue(workersPerTarget: 1)
        let later = Moment.start.advanced(by: .seconds(60))
        queue.mark(a, .commit, now: .start, notBefore: later)
        #expect(queue.next(now: .start) == nil)
        #expect(queue.nextWake() == later)
        queue.mark(a, drift, now: .start)
        #expect(queue.next(now: .start)?.job.urgency == .commit)
        #expect(queue.nextWake() == nil)
    }

    @Test func `a scheduled audit keeps its moment and leaves what comes before it as it is`() {
        var queue = WorkQueue(workersPerTarget: 1)
        let later = Moment.start.advanced(by: .seconds(60))
        queue.audit(a, at: later)
        #expect(queue.waitingCount == 0)
        queue.mark(a, drift, now: .start)
        #expect(queue.next(now: .start)?.job == drift)
        queue.finished(a, retry: nil, now: .start)
        queue.audit(a, at: later.advanced(by: .seconds(60)))
        #expect(queue.nextWake() == later)
        #expect(queue.next(now: .start) == nil)
        #expect(queue.next(now: later)?.job == audit)
    }

    @Test func `an audit that is due while its unit runs follows the run`() {
        var queue = WorkQueue(workersPerTarget: 1)
        queue.audit(a, at: .start)
        queue.mark(b, drift, now: .start)
        #expect(order(&queue, at: .start) == [b])
        queue.finished(b, retry: nil, now: .start)
        #expect(queue.next(now: .start)?.job == audit)
    }

    /// Others wait for a person meanwhile, so that the queue is never empty.
    @Test func `after a burst the queue keeps no room for it`() {
        var queue = WorkQueue(workersPerTarget: 1000)
        let later = Moment.start.advanced(by: .seconds(60))
        for number in 0..<100 { queue.mark(unit("waiting-\(number)"), .commit, now: .start, notBefore: later) }
        for number in 0..<20_000 { queue.mark(unit("burst-\(number)"), .commit, now: .start) }
        #expect(queue.room >= 20_000)
        while let (unit, _) = queue.next(now: .start) { queue.finished(unit, retry: nil, now: .start) }
        #expect(queue.waitingCount == 100 && queue.room <= 1024)
        #expect(queue.nextWake() == later && queue.next(now: later) != nil)
    }

    @Test func `merging takes the wider scope`() {
        var job = drift
        job.merge(Job(urgency: .audit, scope: .objects([object("y")])))
        #expect(job.scope == .objects([object("x"), object("y")]))
        job.merge(audit)
        #expect(job == Job(urgency: .drift, scope: .whole(.content)))
    }

    @Test func `workers of a target are bounded, other targets go on`() {
        var queue = WorkQueue(workersPerTarget: 1)
        let elsewhere = unit("z", on: "other")
        for unit in [a, b, elsewhere] { queue.mark(unit, .commit, now: .start) }
        #expect(order(&queue, at: .start) == [a, elsewhere])
        queue.finished(a, retry: nil, now: .start)
        #expect(queue.next(now: .start)?.unit == b)
    }

    @Test func `on a target where very many wait, each end of a run begins the next in order`() {
        var queue = WorkQueue(workersPerTarget: 4)
        let units = (0..<20_000).map { unit("u\($0)") }
        for unit in units { queue.mark(unit, .commit, now: .start) }
        var running = order(&queue, at: .start)
        var taken = running
        while let done = running.popLast() {
            queue.finished(done, retry: nil, now: .start)
            let next = order(&queue, at: .start)
            running += next
            taken += next
        }
        #expect(taken == units)
        #expect(queue.isIdle)
    }

    @Test func `a target that takes more at once gets more, and no other does`() {
        var queue = WorkQueue(workersPerTarget: 2)
        let wide = (0..<9).map { unit("w\($0)", on: "wide") }, others = (0..<9).map { unit("o\($0)", on: "other") }
        for unit in wide + others { queue.mark(unit, .commit, now: .start) }
        #expect((0..<18).compactMap { _ in queue.next(now: .start)?.unit.target.text }.count { $0 == "wide" } == 2)
        queue.allow(5, on: wide[0].target)
        var more: [UnitID] = []
        while let next = queue.next(now: .start) { more.append(next.unit) }
        #expect(more.count == 3 && more.allSatisfy { $0.target == wide[0].target })
    }

    @Test func `a unit that is forgotten while its turn has come gives it to the next`() {
        var queue = WorkQueue(workersPerTarget: 1)
        for unit in [a, b, c] { queue.mark(unit, .commit, now: .start) }
        #expect(queue.next(now: .start)?.unit == a)
        queue.finished(a, retry: nil, now: .start)
        queue.forget(b)
        #expect(queue.next(now: .start)?.unit == c)
    }

    @Test(arguments: 0..<50)
    func `random walks agree with a plain model`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var queue = WorkQueue(workersPerTarget: 2)
        var dirty: Set<UnitID> = [], running: Set<UnitID> = [], again: Set<UnitID> = []
        var now = Moment.start
        let units = (0..<6).map { unit("u\($0)", on: "t\($0 % 2)") }
        for _ in 0..<400 {
            now = now.advanced(by: .milliseconds(Int64.random(in: 0...3000, using: &random)))
            let unit = units[Int.random(in: 0..<units.count, using: &random)]
            switch Int.random(in: 0..<5, using: &random) {
            case 0:
                queue.mark(unit, .commit, now: now)
                if running.contains(unit) { again.insert(unit) } else { dirty.insert(unit) }
            case 1:
                let next = queue.next(now: now)
                let eligible = dirty.filter { unit in running.count { $0.target == unit.target } < 2 }
                #expect((next == nil) == eligible.isEmpty)
                if let next {
                    #expect(eligible.contains(next.unit))
                    dirty.remove(next.unit)
                    running.insert(next.unit)
                }
            case 2:
                guard let done = running.randomElement(using: &random) else { continue }
                queue.finished(done, retry: nil, now: now)
                running.remove(done)
                if again.remove(done) != nil { dirty.insert(done) }
            case 3 where seed % 2 == 0:
                // At rest until a moment that never comes.
                queue.audit(unit, at: now.advanced(by: .seconds(86_400)))
            default:
                queue.forget(unit)
                dirty.remove(unit)
                again.remove(unit)
            }
            #expect(queue.runningCount == running.count)
            #expect(queue.waitingCount == dirty.count)
        }
    }

    private func order(_ queue: inout WorkQueue, at now: Moment) -> [UnitID] {
        var units: [UnitID] = []
        while let next = queue.next(now: now) { units.append(next.unit) }
        return units
    }
}
