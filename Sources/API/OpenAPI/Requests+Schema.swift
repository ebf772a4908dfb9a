// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

// Inputs of routes. What stands in a query is said once more for each value of a list.

extension UnitFilter: Described {
    package static let schema = WireSchema.object(
        "UnitFilter", [:], optional: ["unit": .list(of: .unitPattern), "project": .name])
}

extension UnitQuery: Described {
    package static let schema = WireSchema.object(
        "UnitQuery", [:],
        optional: [
            "q": .list(of: .text), "project": .name, "application": .name, "target": .name, "label": .list(of: .text),
            "sync": .list(of: .choice(SyncState.self)), "health": .list(of: .choice(Health.self)),
            "order": .choice(Order.self), "offset": .count,
            "limit": WireSchema(["type": "integer", "minimum": 0, "maximum": 1000, "default": 100]),
        ])
}

extension PlanRequest: Described {
    package static let schema = WireSchema.object(
        "PlanRequest", [:],
        optional: [
            "unit": .list(of: .unitPattern), "project": .name, "revision": .text, "only": .list(of: .objectPattern),
            "prune": .flag,
        ])
}

extension DiffRequest: Described {
    package static let schema = WireSchema.object(
        "DiffRequest", [:], optional: ["unit": .list(of: .unitPattern), "project": .name, "owners": .flag])
}

extension UnitRequest: Described {
    package static let schema = WireSchema.object("UnitRequest", ["unit": .unit])
}

extension RenderRequest: Described {
    package static let schema = WireSchema.object("RenderRequest", ["unit": .unit], optional: ["revision": .text])
}

extension HistoryRequest: Described {
    package static let schema = WireSchema.object(
        "HistoryRequest", ["unit": .unit],
        optional: ["limit": WireSchema(["type": "integer", "minimum": 1, "maximum": 10_000, "default": 20])])
}

extension EventFilter: Described {
    package static let schema = WireSchema.object(
        "EventFilter", [:],
        optional: [
            "unit": .list(of: .unitPattern), "project": .name, "kind": .list(of: .choice(EventKind.self)),
            "actor": .text, "object": .objectPattern, "since": .time, "until": .time, "after": .count, "before": .count,
            "limit": WireSchema(["type": "integer", "minimum": 1, "maximum": 10_000, "default": 100]),
            "waitMilliseconds": WireSchema(["type": "integer", "minimum": 0, "maximum": 30_000, "default": 0]),
        ])
}

extension UnitStreamRequest: Described {
    package static let schema = WireSchema.object(
        "UnitStreamRequest", [:], optional: ["unit": .list(of: .unitPattern), "project": .name, "after": .count])
}

extension VerifyRequest: Described {
    package static let schema = WireSchema.object("VerifyRequest", [:], optional: ["checkpoint": CheckpointView.schema])
}

extension SyncRequest: Described {
    package static let schema = WireSchema.object(
        "SyncRequest", ["units": UnitFilter.schema],
        optional: ["only": .list(of: .objectPattern), "prune": .flag, "reason": .text])
}

extension UnitsAct: Described {
    package static let schema = WireSchema.object(
        "UnitsAct", ["units": UnitFilter.schema], optional: ["reason": .text])
}

extension RefreshRequest: Described {
    package static let schema = WireSchema.object(
        "RefreshRequest", [:], optional: ["sources": .list(of: .name), "reason": .text])
}

extension AcceptRequest: Described {
    package static let schema = WireSchema.object(
        "AcceptRequest", ["source": .name], optional: ["commit": .text, "reason": .text])
}

extension PauseRequest: Described {
    package static let schema = WireSchema.object(
        "PauseRequest", ["units": UnitFilter.schema, "until": .time], optional: ["reason": .text])
}

extension RollbackRequest: Described {
    package static let schema = WireSchema.object(
        "RollbackRequest", ["unit": .unit], optional: ["digest": .digest, "reason": .text])
}

extension MarkRequest: Described {
    package static let schema = WireSchema.object(
        "MarkRequest", ["unit": .unit], optional: ["digest": .digest, "reason": .text])
}

extension ConfirmRequest: Described {
    package static let schema = WireSchema.object(
        "ConfirmRequest", ["unit": .unit, "plan": .digest], optional: ["reason": .text])
}

extension ApprovalRequest: Described {
    package static let schema = WireSchema.object(
        "ApprovalRequest", ["unit": .unit, "plan": .digest], optional: ["breakGlass": .flag, "reason": .text])
}

extension AdoptRequest: Described {
    package static let schema = WireSchema.object(
        "AdoptRequest", ["unit": .unit], optional: ["managers": .list(of: .text), "dryRun": .flag, "reason": .text])
}

extension AccessQuestion: Described {
    package static let schema = WireSchema.object(
        "AccessQuestion", ["verb": .choice(Verb.self)],
        optional: [
            "unit": .unit, "user": .text, "group": .list(of: .text), "token": .name, "workload": .text,
            "claim": .list(of: .text),
        ])
}

extension TokenRequest: Described {
    package static let schema = WireSchema.object(
        "TokenRequest", ["name": .name, "expires": .time],
        optional: ["verbs": .list(of: .choice(Verb.self)), "projects": .list(of: .name), "reason": .text])
}

extension RevokeRequest: Described {
    package static let schema = WireSchema.object("RevokeRequest", ["name": .name], optional: ["reason": .text])
}

extension Nothing: Described {
    package static let schema = WireSchema.object("Nothing", [:])
}

extension List: Described where Element: Described {
    package static var schema: WireSchema {
        WireSchema.object("\(Element.schema.name ?? "")List", ["items": .list(of: Element.schema)])
    }
}
