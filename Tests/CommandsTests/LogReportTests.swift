// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Manifest
import Model
import TestSupport
import Testing

@Suite struct LogReportTests {
    private var view: EventView {
        let object = ObjectID(group: "apps", kind: "Deployment", namespace: "shop", name: "web")
        let field = FieldDifference(path: ["spec", "replicas"], old: 1, new: 2)
        let draft = RecordedValues(objects: [object: [.init(field)]], cut: 2).beside(
            EventDraft(kind: .planned, unit: Sample.unit("web", "prod"), payload: ["plan": "x"]))
        return EventView(
            event: Event(id: EventID(writer: "x", incarnation: 1, sequence: 1), time: Sample.now, draft: draft),
            summary: "1 to update")
    }

    @Test func `values are shown where somebody asks for them, and an event is one line otherwise`() {
        #expect(LogReport().lines(view).count == 1)
        let lines = LogReport(hasValues: true).lines(view).map { $0.text(colour: false) }
        #expect(
            lines.dropFirst() == [
                "    Deployment/shop/web", "      spec.replicas: 1 → 2", "    2 fields not kept, or not whole",
            ])
    }
}
