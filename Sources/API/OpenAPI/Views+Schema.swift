// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

// Outputs of routes.

extension WireSchema {
    static let objectID = WireSchema.object(
        "Object", ["kind": .text, "name": .text], optional: ["group": .text, "namespace": .text])
    static let version = WireSchema.object(
        "Version", [:],
        optional: [
            "fleet": .commit, "source": .commit, "secrets": .map(of: .text), "bases": .map(of: .commit),
        ])
    static let fieldPath = WireSchema([
        "type": "array", "items": ["anyOf": [["type": "string"], ["type": "integer"], ["type": "object"]]],
    ])
    static let problem = WireSchema.object(
        "Problem", ["reason": .text], optional: ["file": .text, "line": .count, "column": .count, "advice": .text])
    static let fieldDifference = WireSchema.object(
        "FieldDifference", ["path": .fieldPath], optional: ["old": .any, "new": .any])
    static let action = WireSchema.choice(Change.Action.self)
    static let failure = WireSchema.object("Failure", ["error": error])

    private static let error = WireSchema.object(
        "Error", ["code": .choice(APIError.Code.self), "message": .text],
        optional: ["advice": .text, "problems": .list(of: .problem)])

    static let event = WireSchema.object(
        "Event",
        [
            "id": .object("EventID", ["writer": .text, "incarnation": .count, "sequence": .count]), "time": .time,
            "kind": .choice(EventKind.self), "actor": .text, "payload": .any,
        ], optional: ["unit": .unit, "source": .name, "summary": .text])

    static let plan = WireSchema.object(
        "Plan",
        [
            "unit": .unit, "digest": .digest, "renderDigest": .digest,
            "changes": .list(
                of: .object(
                    "Change", ["object": .objectID, "action": .action, "wave": .integer],
                    optional: ["fields": .list(of: .fieldDifference)])),
        ], optional: ["unpruned": .list(of: .objectID)])

    static let hook = WireSchema.object("Hook", ["object": .objectID, "phase": .text, "weight": .integer])

    static let block = WireSchema.object(
        "Block", ["reason": .text],
        optional: [
            "plan": .digest,
            "approval": .object(
                "Approval", ["from": .list(of: .text), "needed": .count],
                optional: ["notAuthor": .flag, "approvers": .list(of: .text), "rejectedBy": .text]),
        ])

    static let drift = WireSchema.object(
        "Drift", ["objects": .count, "since": .time], optional: ["cause": .text, "examples": .list(of: .objectID)])

    static let health = WireSchema.object("Health", ["state": .choice(Health.self)], optional: ["reason": .text])

    /// Holds others of its kind.
    static let treeNode = WireSchema.object(
        "TreeNode", ["object": .objectID],
        optional: [
            "health": health,
            "containers": .list(
                of: .object(
                    "Container",
                    [
                        "name": .text, "state": .choice(ObjectTree.Container.State.self), "ready": .flag,
                        "restarts": .count,
                    ], optional: ["reason": .text])),
            "owned": .list(of: WireSchema(["$ref": "#/components/schemas/TreeNode"])),
        ])

    static let unitStatus = WireSchema.object(
        "UnitStatus",
        [
            "unit": .unit, "project": .name, "sync": .choice(SyncState.self),
            "health": health,
            "objects": .count,
        ],
        optional: [
            "labels": .object("Labels", [:], optional: ["application": .map(of: .text), "target": .map(of: .text)]),
            "version": .version, "desired": .version, "renderDigest": .digest,
            "lastSync": .object(
                "LastSync", ["time": .time, "result": .choice(SyncEnded.Result.self), "actor": .text]),
            "drift": .drift, "additions": .drift,
            "pause": .object("Pause", ["until": .time, "actor": .text], optional: ["reason": .text]), "block": .block,
            "nextAttempt": .time, "unpruned": .list(of: .objectID), "remarks": .list(of: .text),
            "problems": .list(of: .problem),
        ])
}

extension FleetStatus: Described {
    package static let schema = WireSchema.object(
        "FleetStatus",
        [
            "engine": .object(
                "Engine", ["version": .text],
                optional: ["daemon": .object("Daemon", ["process": .count, "since": .time]), "recorded": .time]),
            "sources": .list(
                of: .object(
                    "Source",
                    [
                        "name": .name, "url": .text, "following": .text,
                        "state": .choice(SourceStatus.State.self),
                    ],
                    optional: [
                        "reason": .text, "commit": .commit, "refused": .commit, "fetched": .time, "nextFetch": .time,
                    ])),
            "problems": .list(of: .problem), "notices": .list(of: .text), "units": .list(of: .unitStatus),
        ], optional: ["fleet": .name, "commit": .commit])
}

extension UnitList: Described {
    package static let schema = WireSchema.object(
        "UnitList",
        [
            "units": .list(of: .unitStatus), "offset": .count, "total": .count, "matching": .count,
            "counts": .object(
                "UnitCounts",
                [
                    "sync": .map(of: .count), "health": .map(of: .count), "projects": .map(of: .count),
                    "targets": .map(of: .count),
                ]),
        ])
}

extension PlanView: Described {
    package static let schema = WireSchema.object(
        "UnitPlan", ["unit": .unit],
        optional: [
            "version": .version, "plan": .plan, "hooks": .list(of: .hook), "block": .block,
            "problems": .list(of: .problem),
        ])
}

extension DriftReport: Described {
    package static let schema = WireSchema.object(
        "Difference",
        [
            "unit": .unit,
            "items": .list(
                of: .object(
                    "DifferentObject", ["object": .objectID],
                    optional: [
                        "absent": .flag, "addition": .flag, "fields": .list(of: .fieldDifference), "cause": .text,
                        "owners": .list(
                            of: .object(
                                "FieldOwners",
                                [
                                    "path": .fieldPath,
                                    "owners": .list(
                                        of: .object(
                                            "FieldOwner", ["manager": .text, "apply": .flag],
                                            optional: ["time": .text, "subresource": .text])),
                                ])),
                    ])),
        ], optional: ["version": .version, "problems": .list(of: .problem)])
}

extension UnitTree: Described {
    package static let schema = WireSchema.object(
        "UnitTree", ["unit": .unit, "items": .list(of: .treeNode)], optional: ["remarks": .list(of: .text)])
}

extension RenderedUnit: Described {
    package static let schema = WireSchema.object(
        "RenderedUnit",
        [
            "unit": .unit, "version": .version, "renderDigest": .digest,
            "items": .list(
                of: .object(
                    "RenderedObject", ["object": .objectID, "wave": .integer, "manifest": .any],
                    optional: ["origin": .text])),
        ])
}

extension RenderExplanation: Described {
    package static let schema = WireSchema.object(
        "RenderExplanation",
        [
            "unit": .unit, "version": .version, "kind": .text,
            "settings": .list(
                of: .object(
                    "Setting", ["field": .any, "value": .any, "place": .any], optional: ["over": .list(of: .any)])),
            "effects": .list(of: .object("Effect", ["object": .objectID, "field": .any, "place": .any])),
        ], optional: ["notes": .list(of: .text)])
}

extension HistoryEntry: Described {
    package static let schema = WireSchema.object(
        "HistoryEntry",
        [
            "version": .version, "renderDigest": .digest, "cause": .choice(SyncCause.self), "actor": .text,
            "started": .time, "ended": .time, "result": .choice(SyncEnded.Result.self),
            "counts": .object("Counts", ["create": .count, "update": .count, "delete": .count, "keep": .count]),
            "healthy": .flag, "bad": .flag, "current": .flag,
        ], optional: ["reason": .text, "part": .flag])
}

extension UnitCommit: Described {
    package static let schema = WireSchema.object(
        "UnitCommit", ["commit": .commit, "author": .text, "time": .time, "subject": .text, "current": .flag])
}

extension EventPage: Described {
    package static let schema = WireSchema.object("EventPage", ["events": .list(of: .event), "next": .count])
}

extension CheckpointView: Described {
    package static let schema = WireSchema.object(
        "Checkpoint", ["writer": .text, "incarnation": .count, "size": .count, "head": .digest, "time": .time],
        optional: ["key": .text, "signature": .text])
}

extension Verification: Described {
    package static let schema = WireSchema.object(
        "Verification",
        [
            "intact": .flag, "events": .count, "erased": .count,
            "findings": .list(
                of: .object("Finding", ["finding": .text, "reason": .text], optional: ["sequence": .count])),
        ], optional: ["head": .digest, "remarks": .list(of: .text)])
}

extension SyncResult: Described {
    package static let schema = WireSchema.object(
        "SyncResult", ["unit": .unit, "result": .choice(SyncResult.Result.self), "milliseconds": .count],
        optional: [
            "version": .version, "plan": .any, "reason": .text,
            "outcomes": .list(
                of: .object(
                    "Outcome",
                    [
                        "object": .objectID, "action": .action,
                        "result": .words("done", "unchanged", "failed", "skipped"),
                    ], optional: ["reason": .text])),
        ])
}

extension ActResult: Described {
    package static let schema = WireSchema.object("ActResult", ["message": .text, "units": .list(of: .unit)])
}

extension AdoptionReport: Described {
    package static let schema = WireSchema.object(
        "AdoptionReport",
        [
            "unit": .unit,
            "items": .list(
                of: .object(
                    "Adoption", ["object": .objectID],
                    optional: ["managers": .list(of: .text), "leftover": .list(of: .any), "refusal": .text])),
        ], optional: ["dryRun": .flag])
}

extension AccessAnswer: Described {
    package static let schema = WireSchema.object(
        "AccessAnswer", ["allowed": .flag, "reason": .text],
        optional: ["grounds": .list(of: .text), "others": .list(of: .text)])
}

extension SecretPlace: Described {
    package static let schema = WireSchema.object(
        "SecretPlace",
        [
            "place": .text, "store": .flag, "keys": .list(of: .text),
            "uses": .list(of: .object("SecretUse", ["unit": .unit, "version": .text, "since": .time])),
        ],
        optional: [
            "recipients": .list(of: .text),
            "failure": .object("SecretFailure", ["state": .text, "reason": .text], optional: ["since": .time]),
        ])
}

extension RoleList: Described {
    private static let scope: KeyValuePairs<Text, WireSchema> = [
        "projects": .list(of: .name), "applications": .map(of: .list(of: .text)), "on": .map(of: .list(of: .text)),
    ]

    package static let schema = WireSchema.object(
        "RoleList",
        [
            "roles": .list(
                of: .object(
                    "Role",
                    [
                        "name": .name, "builtIn": .flag,
                        "allow": .list(
                            of: .object("RoleRule", ["verbs": .list(of: .choice(Verb.self))], optional: scope)),
                    ])),
            "bindings": .list(
                of: .object(
                    "RoleBinding",
                    [
                        "name": .name, "role": .name,
                        "to": .list(
                            of: .object(
                                "RoleSubject", [:],
                                optional: [
                                    "user": .text, "group": .text, "token": .name,
                                    "workload": .object(
                                        "RoleWorkload", ["provider": .name, "claims": .map(of: .list(of: .text))]),
                                ])),
                    ],
                    optional: [
                        "projects": .list(of: .name), "applications": .map(of: .list(of: .text)),
                        "on": .map(of: .list(of: .text)), "place": .text,
                    ])),
        ])
}

extension TokenView: Described {
    package static let schema = WireSchema.object(
        "Token", ["name": .name, "created": .time, "creator": .text, "expires": .time],
        optional: ["verbs": .list(of: .choice(Verb.self)), "projects": .list(of: .name), "used": .time])
}

extension IssuedToken: Described {
    package static let schema = WireSchema.object(
        "IssuedToken", ["name": .name, "created": .time, "creator": .text, "expires": .time, "token": .text],
        optional: ["verbs": .list(of: .choice(Verb.self)), "projects": .list(of: .name), "used": .time])
}
