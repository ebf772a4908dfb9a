// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Fleet
import Manifest
import Model
import TestSupport
import Testing

@testable import Assembly

/// Whose word a plan waits for: those who vote, or somebody who looks at what a guard holds back.
@Suite struct ApprovalViewTests {
    private static let plan = Digest(of: [1])
    private static let guarded: Text = "would delete 6 of 8 objects: look at it, then run trimtab confirm"

    private func snapshot(
        _ state: SyncState, _ reason: Text, isLookedAt: Bool = true, apply: SyncPolicy.Apply = .auto
    ) -> UnitSnapshot {
        var policy = SyncPolicy(approval: ApprovalRule(from: ["leads"], count: 2))
        policy.apply = apply
        let context = UnitContext(unit: unit("web"), project: name("shop"), limits: .host(HostLimits()))
        var record = UnitRecord()
        record.blocked = PlanBlocked(plan: Self.plan, render: Digest(of: [2]), reason: reason)
        return UnitSnapshot(
            managed: ManagedUnit(context: context, policy: policy, newest: nil), record: Apart(wrappedValue: record),
            state: state, reason: reason, plan: isLookedAt ? Self.plan : nil)
    }

    @Test(arguments: ["waits for approval: 0 of 2: run trimtab approve", "rejected by user:ada: no"] as [Text])
    func `a plan without its votes shows whose it needs, looked at or not`(reason: Text) {
        let expected = ApprovalView(from: ["leads"], needed: 2, notAuthor: true)
        #expect(ApprovalView(snapshot(.pending, reason)) == expected)
        // A process that has not looked yet takes all that waits for blocked.
        #expect(ApprovalView(snapshot(.blocked, reason, isLookedAt: false)) == expected)
    }

    @Test(arguments: [true, false])
    func `what a guard holds back of a rollback asks nobody to vote`(isLookedAt: Bool) {
        let held = snapshot(.blocked, Self.guarded, isLookedAt: isLookedAt)
        #expect(ApprovalView(held) == nil)
        #expect(!held.waitsForVotes(on: Self.plan))
    }

    @Test func `what has to be confirmed first asks nobody to vote yet`() {
        let reason: Text = "waits for an approval: run trimtab confirm"
        #expect(ApprovalView(snapshot(.pending, reason, apply: .approved)) == nil)
        #expect(ApprovalView(snapshot(.blocked, reason, isLookedAt: false, apply: .approved)) == nil)
    }

    @Test func `the twin of the engine refuses to confirm what waits for votes`() async throws {
        var status = Sample.database
        status.sync = .pending
        status.block?.approval = ApprovalView(from: ["leads"], needed: 2)
        var fleet = Sample.fleet
        fleet.units = [status]
        let twin = MemoryOperations(fleet: fleet)
        #expect(try await ApprovalConformance.violations(of: twin, status.unit) == [])
        #expect(await twin.acts.isEmpty)
    }
}
