// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Manifest
import Model
import TestSupport
import Testing

@Suite struct ReportWordsTests {
    private func notes(of block: Block) -> [String] {
        var fleet = Sample.fleet
        fleet.units = [
            UnitStatus(
                unit: Sample.unit("web", "prod"), project: Sample.fleet.units[0].project, sync: .blocked,
                health: HealthReport(.healthy), block: block)
        ]
        return StatusReport(fleet, now: Sample.now).lines(width: nil).text(colour: false)
            .split(separator: "\n").map(String.init).filter { $0.contains("waits") }
            .map { String($0.trimmingPrefix { $0 == " " }) }
    }

    @Test func `what a plan waits for is said once, with the command that helps`() {
        let plan = Sample.digest(1)
        let approval = ApprovalView(from: ["leads"], needed: 1)
        #expect(
            notes(of: Block(reason: "waits for approval: 0 of 1", plan: plan, approval: approval)) == [
                "waits for approval: 0 of 1 (agree with \"approve --plan \(plan.short)\")"
            ])
        #expect(
            notes(of: Block(reason: "the plan deletes all 2 objects", plan: plan)) == [
                "waits: the plan deletes all 2 objects (let it through with \"confirm --plan \(plan.short)\")"
            ])
        #expect(notes(of: Block(reason: "waits for acme/db@prod")) == ["waits for acme/db@prod"])
        var rejected = approval
        rejected.rejectedBy = Actor("user:bob")
        #expect(
            notes(of: Block(reason: "rejected by user:bob", plan: plan, approval: rejected)) == [
                "waits: rejected by user:bob"
            ])
    }

    @Test func `one object differs, two differ`() {
        let object = ObjectID(group: "", kind: "ConfigMap", namespace: "shop", name: "a")
        let item = DriftReport.Item(object: object, isAbsent: true)
        func heading(_ items: [DriftReport.Item]) -> String {
            let version = Version(fleet: nil, source: nil)
            let report = DriftReport(unit: Sample.unit("web", "prod"), version: version, items: items)
            return Array(DriftLines([report]).lines.prefix(1)).text(colour: false)
        }
        #expect(heading([item]).hasSuffix(": 1 object differs\n"))
        #expect(heading([item, item]).hasSuffix(": 2 objects differ\n"))
    }
}
