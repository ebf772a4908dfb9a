// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Telemetry
import TestSupport
import Testing

/// Spans as a fold over events, each a second after the one before.
@Suite struct CommitTracesTests {
    private let start: Int64 = 1_795_426_200
    private let commit = Sample.commit("a")
    private let render = Digest(of: [1])
    private let plan = Digest(of: [2])
    private var version: Version { Version(fleet: Sample.commit("f"), source: commit) }

    private func spans(_ drafts: [EventDraft], from traces: CommitTraces = CommitTraces()) -> [Span] {
        var traces = traces
        return drafts.enumerated().flatMap { index, draft in
            traces.follow(
                Event(
                    id: EventID(writer: "w", incarnation: 1, sequence: UInt64(index + 1)),
                    time: Time(nanoseconds: (start + Int64(index)) * 1_000_000_000), draft: draft))
        }
    }

    private func seconds(_ span: Span?) -> [Int64]? {
        span.map { [$0.start.nanoseconds / 1_000_000_000 - start, $0.end.nanoseconds / 1_000_000_000 - start] }
    }

    private func seen() throws -> EventDraft {
        EventDraft(
            kind: .commitSeen, source: name("shop"),
            payload: CommitSeen(commit: try #require(commit), following: "branch main", signer: "ada").value)
    }

    private func started(_ cause: SyncCause = .commit) -> EventDraft {
        SyncStarted(version: version, render: render, plan: plan, cause: cause, counts: ChangeCounts())
            .draft(of: unit("web"))
    }

    private func ended(_ result: SyncEnded.Result = .succeeded, reason: Text = "") -> EventDraft {
        SyncEnded(result: result, version: version, render: render, reason: reason).draft(of: unit("web"))
    }

    private var rendered: EventDraft {
        ContentRendered(version: version, render: render, objects: 3).draft(of: unit("web"))
    }

    private var planned: EventDraft {
        Planned(plan: plan, version: version, render: render, counts: ChangeCounts(create: 3), changes: [:])
            .draft(of: unit("web"))
    }

    private var wave: [EventDraft] {
        [
            Intent(wave: 0, changes: [.create: [object("a"): ""]]).draft(of: unit("web")),
            WaveOutcome(wave: 0, applied: [:], released: [], failed: [:]).draft(of: unit("web")),
        ]
    }

    @Test func `a trace begins with the hint, and with the fetch where nobody gave one`() throws {
        func at(_ second: Int64) -> Time { Time(nanoseconds: (start + second) * 1_000_000_000) }
        func spans(_ arrival: CommitSeen.Arrival?) throws -> [String: Span] {
            let seen = CommitSeen(
                commit: try #require(commit), following: "branch main", signer: "ada", arrival: arrival)
            // As it comes back from the journal.
            let kept = try #require(CommitSeen(try JSON.read(JSON.write(seen.value))))
            #expect(kept == seen)
            var traces = CommitTraces()
            let event = Event(
                id: EventID(writer: "w", incarnation: 1, sequence: 1), time: at(9),
                draft: EventDraft(kind: .commitSeen, source: name("shop"), payload: kept.value))
            let found = traces.follow(event)
            #expect(Set(found.map(\.id)).count == found.count)
            #expect(found.allSatisfy { $0.parent == ($0.name == "commit" ? nil : found[0].id) })
            return Dictionary(grouping: found, by: \.name.string).compactMapValues(\.first)
        }
        let hinted = try spans(.init(hinted: at(2), began: at(4), ended: at(7)))
        #expect(Set(hinted.keys) == ["commit", "hint", "fetch", "verify"])
        #expect(seconds(hinted["commit"]) == [2, 9] && seconds(hinted["hint"]) == [2, 4])
        #expect(seconds(hinted["fetch"]) == [4, 7])
        let polled = try spans(.init(began: at(4), ended: at(7)))
        #expect(Set(polled.keys) == ["commit", "fetch", "verify"] && seconds(polled["commit"]) == [4, 9])
        // By a clock that was put back meanwhile.
        let back = try spans(.init(hinted: at(40), began: at(41), ended: at(42)))
        #expect(back.values.allSatisfy { $0.start <= $0.end })
        // As events were before this was kept.
        let old = try spans(nil)
        #expect(Set(old.keys) == ["commit", "verify"] && seconds(old["commit"]) == [9, 9])
    }

    @Test func `one trace leads from the commit to the healthy unit`() throws {
        let blocked = PlanBlocked(plan: plan, render: render, reason: "2 approvals").draft(of: unit("web"))
        let healthy = HealthChanged(health: .healthy, reason: "").draft(of: unit("web"))
        let found = spans([try seen(), rendered, planned, blocked, started()] + wave + [ended(), healthy])
        #expect(Set(found.map(\.trace)) == [TraceID(of: try #require(commit))])
        #expect(Set(found.map(\.id)).count == found.count)
        let names = Dictionary(grouping: found, by: \.name.string).compactMapValues(\.first)
        #expect(
            Set(names.keys) == [
                "commit", "verify", "render", "plan", "wait", "wave 0", "apply", "settle", "deploy \(unit("web"))",
            ])
        let deploy = try #require(names["deploy \(unit("web"))"])
        #expect(names["commit"]?.parent == nil)
        #expect(deploy.parent == names["commit"]?.id)
        #expect(names["verify"]?.parent == names["commit"]?.id)
        for phase in ["render", "plan", "wait", "apply", "settle"] { #expect(names[phase]?.parent == deploy.id) }
        #expect(names["wave 0"]?.parent == names["apply"]?.id)
        #expect(seconds(names["render"]) == [0, 1])
        #expect(seconds(names["plan"]) == [1, 2])
        #expect(seconds(names["wait"]) == [3, 4])
        #expect(seconds(names["apply"]) == [4, 7])
        #expect(seconds(names["wave 0"]) == [5, 6])
        #expect(seconds(names["settle"]) == [7, 8])
        #expect(seconds(deploy) == [0, 8])
        #expect(found.allSatisfy { $0.status == .ok })
    }

    @Test func `what fails says why, and is tried again in the same trace`() throws {
        let found = spans(
            [try seen(), rendered, planned, started()] + wave + [
                ended(.failed, reason: "no space"), started(), ended(),
            ])
        let failed = found.filter { $0.status == .error("no space") }
        #expect(failed.map(\.name) == ["apply", Text("deploy \(unit("web"))")])
        #expect(Set(found.map(\.trace)).count == 1)
        #expect(found.count { $0.name == "apply" } == 2)
    }

    @Test func `putting drift back, and other units' lives, are in no trace`() throws {
        #expect(spans([started(.drift)] + wave + [ended()]).isEmpty)
        #expect(spans([HealthChanged(health: .degraded, reason: "x").draft(of: unit("web"))]).isEmpty)
    }

    @Test func `newer content takes the place of older`() throws {
        let newer = ContentRendered(version: version, render: plan, objects: 3).draft(of: unit("web"))
        let found = spans([try seen(), rendered, planned, newer])
        let left = try #require(found.first { $0.name == Text("deploy \(unit("web"))") })
        #expect(left.attributes.contains(Span.Pair("trimtab.result", "superseded")))
    }

    @Test func `where units are too many, the oldest is left out, and never for one that fails at once`() {
        let content = ContentRendered(version: version, render: render, objects: 3)
        let failed = RenderFailed(version: version, reason: "x").draft(of: unit("d"))
        // A unit that begins anew is no longer the oldest, and takes no room but its own.
        let begun = ["a", "b", "a", "c"].map { content.draft(of: unit($0)) } + [failed]
        let removed = ["a", "b", "c"].map { UnitRemoved(orphaned: []).draft(of: unit($0)) }
        let found = spans(begun + removed, from: CommitTraces(unitLimit: 2))
        let whole = found.map(\.name).filter { $0.utf8.starts(with: "deploy ".utf8) }
        let expected: [Text] = ["a", "d", "a", "c"].map { Text("deploy \(unit($0))") }
        #expect(whole == expected)
    }

    @Test func `the queue keeps the oldest, and counts what it has no room for`() throws {
        let some = spans([try seen(), rendered, planned])
        var queue = SpanQueue()
        var dropped = 0
        for _ in 0..<2000 { dropped += queue.add(some) }
        #expect(queue.count == SpanQueue.capacity)
        #expect(dropped == 2000 * some.count - SpanQueue.capacity)
        #expect(queue.next.count == SpanQueue.batch)
        queue.removed(SpanQueue.batch)
        #expect(queue.count == SpanQueue.capacity - SpanQueue.batch)
        #expect(queue.clear() == SpanQueue.capacity - SpanQueue.batch)
        #expect(queue.isEmpty)
    }
}
