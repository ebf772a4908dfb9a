// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import Notifications
import TestSupport

/// Events, rules and messages to tell.
enum News {
    static let unit = Sample.unit("web", "prod")
    static let facts = UnitFacts(
        project: ProjectName("shop"), application: unit.application, target: unit.target,
        applicationLabels: ["tier": "web"], targetLabels: ["env": "prod"])
    static let start = Time(nanoseconds: 1_790_000_000_000_000_000)

    static func event(_ sequence: UInt64, _ draft: EventDraft) -> Event {
        Event(
            id: EventID(writer: "w1", incarnation: 1, sequence: sequence),
            time: start.advanced(by: .seconds(Int64(sequence))), draft: draft)
    }

    static func drifted(_ sequence: UInt64) -> Event {
        event(
            sequence, Drifted(plan: Sample.digest(1), objects: [Sample.file("/etc/a"): []], cause: "").draft(of: unit))
    }

    static func healed(_ sequence: UInt64) -> Event { event(sequence, Healed(objects: []).draft(of: unit)) }

    static func ended(_ sequence: UInt64, _ result: SyncEnded.Result) -> Event {
        event(
            sequence,
            SyncEnded(result: result, version: Sample.version("a"), render: Sample.digest(2), reason: "it broke")
                .draft(of: unit))
    }

    static func rule(
        _ events: [EventKind] = [], severity: Severity? = nil, scope: AccessScope = AccessScope(),
        owner: ProjectName? = nil
    ) throws -> NotificationRule {
        NotificationRule(
            name: try NotificationName(validating: "chat"), connection: "chat", events: events, severity: severity,
            scope: scope, owner: owner)
    }

    static func message(_ sequence: UInt64, _ summary: Text = "2 objects", link: Text? = nil) -> Message {
        Message(
            id: "w1-1-\("\(sequence)" as Text)", sequence: sequence, time: start, kind: .drifted, severity: .warning,
            fleet: "acme", unit: unit, project: ProjectName("shop"), summary: summary, link: link)
    }

    static func receiver(_ text: String) throws -> Receiver { try Receiver(Array(text.utf8), file: "chat.yaml") }
}
