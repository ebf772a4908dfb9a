// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import TestSupport
import Testing

@Suite struct SummaryTests {
    private func summary(_ payload: some Payload) -> String {
        event(type(of: payload).kind, payload.value).summary
    }

    private func event(_ kind: EventKind, _ payload: Value) -> Event {
        Event(
            id: EventID(writer: "w", incarnation: 1, sequence: 1), time: Sample.now,
            draft: EventDraft(kind: kind, payload: payload))
    }

    private let files = (1...5).map { Sample.file("f\($0)") }

    @Test func `a sync reads as a story`() {
        let started = SyncStarted(
            version: Sample.version("a"), render: Sample.digest(1), plan: Sample.digest(2), cause: .commit,
            counts: ChangeCounts(create: 1, update: 0, delete: 2, keep: 9),
            testament: Testament(project: "", onRemoval: ""))
        #expect(summary(started) == "aaaaaaaaaa (commit): 1 to create, 2 to delete")
        let changes = Dictionary(uniqueKeysWithValues: files.map { ($0, "" as Text) })
        #expect(
            summary(Intent(wave: 2, changes: [.create: changes]))
                == "wave 2: create File/f1, File/f2, File/f3 and 2 more")
        let outcome = WaveOutcome(
            wave: 2, applied: [files[0]: .init(digest: Sample.digest(1), uid: "")], released: [],
            failed: [files[2]: "b", files[1]: "no space left on device"])
        #expect(summary(outcome) == "wave 2: 1 applied, 2 failed, File/f2: no space left on device")
        #expect(
            summary(SyncEnded(result: .failed, version: Sample.version("a"), render: Sample.digest(1), reason: "r"))
                == "failed at aaaaaaaaaa: r")
    }

    @Test func `drift names objects, fields and who`() {
        let drifted = Drifted(
            plan: Sample.digest(1), objects: [files[0]: ["spec.mode", "spec.owner"], files[1]: []], cause: "uid 1000")
        #expect(summary(drifted) == "by uid 1000: File/f1 (spec.mode, spec.owner), File/f2 is gone")
        let unknown = Drifted(plan: Sample.digest(1), objects: [files[0]: ["spec.mode"]], cause: "")
        #expect(summary(unknown) == "by somebody unknown: File/f1 (spec.mode)")
        #expect(unknown.value["cause"] == "unknown" && Drifted(unknown.value) == unknown)
        #expect(summary(Healed(objects: files)) == "File/f1, File/f2, File/f3 and 2 more")
    }

    @Test func `the way to a plan reads as a story`() {
        let digest = Sample.digest(1)
        let read = FleetRead(
            commit: Sample.commit("a"), fleet: "acme", digest: digest, targets: 1, sources: 0, projects: 2,
            applications: 3)
        #expect(summary(read) == "acme at aaaaaaaaaa: 1 target, 2 projects, 3 applications")
        let rejected = FleetRejected(
            commit: Sample.commit("a"), digest: digest, isWhole: false, problems: ["fleet.yaml:3: is wrong", "b"])
        #expect(summary(rejected) == "aaaaaaaaaa: fleet.yaml:3: is wrong and 1 more; the rest counts")
        let rendered = ContentRendered(version: Sample.version("a"), render: digest, objects: 1)
        #expect(summary(rendered) == "aaaaaaaaaa to content 4bf5122f3445, 1 object")
        let planned = Planned(
            plan: digest, version: Sample.version("a"), render: digest, counts: ChangeCounts(create: 4, update: 1),
            changes: [
                .create: Dictionary(uniqueKeysWithValues: files.dropFirst().map { ($0, []) }),
                .update: [files[0]: ["spec.mode"]],
            ])
        #expect(
            summary(planned) == "plan 4bf5122f3445 for aaaaaaaaaa: 4 to create, 1 to update: "
                + "File/f1 (spec.mode), File/f2, File/f3 and 2 more")
        #expect(
            summary(SourceRecovered(following: "branch main", commit: Sample.commit("a")))
                == "branch main stands at aaaaaaaaaa")
        let (from, to) = (
            RolledBack.Place(version: Sample.version("b"), render: digest),
            RolledBack.Place(version: Sample.version("a"), render: digest)
        )
        #expect(summary(RolledBack(from: from, to: to)) == "from bbbbbbbbbb to aaaaaaaaaa")
        #expect(summary(BadLifted(renders: [digest], reason: "no")) == "content 4bf5122f3445: no")
        #expect(summary(Cancelled(version: Sample.version("a"), reason: "no")) == "aaaaaaaaaa: no")
    }

    @Test(arguments: [
        FleetRead(
            commit: nil, fleet: "acme", digest: Sample.digest(1), targets: 1, sources: 2, projects: 3, applications: 4
        ).value,
        FleetRejected(commit: nil, digest: Sample.digest(1), isWhole: true, problems: ["a", "b"]).value,
    ])
    func `what a fleet said comes back as it was kept`(value: Value) {
        #expect((FleetRead(value)?.value == value) != (FleetRejected(value)?.value == value))
    }

    @Test func `other kinds say what the usual fields say`() {
        let plan = PlanBlocked(plan: Sample.digest(2), render: Sample.digest(1), reason: "would delete 6 of 8")
        #expect(summary(plan) == "plan dbc1b4c900ff: would delete 6 of 8")
        #expect(
            event(.commitSeen, ["commit": .string(Text(String(repeating: "a", count: 40)))]).summary == "aaaaaaaaaa")
        #expect(summary(Resumed(reason: "")) == "")
    }

    @Test(arguments: EventKind.allCases)
    func `an erased payload is no trap`(kind: EventKind) {
        #expect(event(kind, .null).summary == "")
    }
}
