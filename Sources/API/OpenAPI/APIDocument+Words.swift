// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

extension APIDocument {
    /// What each route is for, by its path. A test holds it against the table.
    package static let summaries: [Text: Text] = [
        "/v1/status": "Units, sources and problems of the fleet",
        "/v1/status/past": "What ran at a moment, and who let it, by the journal",
        "/v1/units": "A page of the units that fit, ordered, with counts of all that do",
        "/v1/applications": "The applications of the units that fit, with how these stand",
        "/v1/targets": "The targets of the units that fit, with how these stand",
        "/v1/plan": "What a sync would do now",
        "/v1/diff": "How live objects differ from what was applied",
        "/v1/tree": "What a unit applied and what that owns, down to Pods, read now",
        "/v1/render": "What a unit renders to",
        "/v1/explain": "Which line of the fleet set which field",
        "/v1/history": "The syncs of a unit, newest first",
        "/v1/commits": "The commits that changed what a unit is rendered from",
        "/v1/events": "Events of the journal, oldest first",
        "/v1/secrets": "What units were given of secrets: places, keys and versions, never a value",
        "/v1/audit/checkpoint": "Where the journal stands, signed",
        "/v1/audit/verify": "Whether the journal is as it was written",
        "/v1/sync": "Plan and carry out; answers when all units are through",
        "/v1/cancel": "Stop what is under way before its next act",
        "/v1/refresh": "Ask sources for new commits now",
        "/v1/accept": "Let rewritten history of a source count",
        "/v1/pause": "Neither sync nor heal until then",
        "/v1/resume": "End a pause",
        "/v1/rollback": "Mark what is applied as bad and go back",
        "/v1/mark-bad": "Mark content as bad, so that it is not synced to the unit",
        "/v1/rollback/undo": "Take a rollback back, and every mark",
        "/v1/confirm": "Let a plan through that a guard holds back",
        "/v1/adopt": "Take over what others have applied",
        "/v1/approve": "Agree to a plan",
        "/v1/reject": "Say no to a plan",
        "/v1/access": "Whether somebody may do something, and why",
        "/v1/roles": "The roles of the fleet, and who has them",
        "/v1/tokens": "The tokens there are",
        "/v1/tokens/create": "Make a token",
        "/v1/tokens/revoke": "Make a token count no longer",
    ]

    /// What is served beside the table of routes.
    static let others: [(path: Text, operation: Value)] = [
        (
            "/v1/events/stream",
            [
                "get": stream(
                    "eventsStream", "The journal as it grows, one JSON object a line", EventFilter.schema,
                    type: "application/jsonl")
            ]
        ),
        (
            "/v1/units/stream",
            [
                "get": stream(
                    "unitsStream", "The units of a view as they change, as server-sent events",
                    UnitStreamRequest.schema,
                    type: "text/event-stream")
            ]
        ),
        ("/v1/hooks/{name}", ["post": hook]),
        ("/metrics", ["get": text("metrics", "Metrics in the text format of Prometheus", isOpen: false)]),
        ("/openapi.json", ["get": document]),
        ("/healthz", ["get": text("healthz", "Whether the process lives", isOpen: true)]),
        ("/readyz", ["get": text("readyz", "Whether the fleet was read", isOpen: true)]),
    ]

    private static func stream(_ name: Text, _ summary: Text, _ input: WireSchema, type: Text) -> Value {
        [
            "operationId": .string(name), "summary": .string(summary),
            "description": "Needs the verb `read`. Ends with the asker's right to it.",
            "parameters": .array(
                input.fields.map { field in
                    [
                        "name": .string(field.key), "in": "query", "required": .bool(field.isRequired),
                        "schema": field.schema,
                    ]
                }),
            "responses": [
                "200": [
                    "description": "Goes on until somebody ends it.",
                    "content": .object([type: ["schema": ["type": "string"]]]),
                ], "default": ["$ref": "#/components/responses/Failure"],
            ],
        ]
    }

    private static func text(_ name: Text, _ summary: Text, isOpen: Bool) -> Value {
        var operation: Object = ["operationId": .string(name), "summary": .string(summary)]
        if isOpen { operation["security"] = [] }
        operation["responses"] = [
            "200": ["description": "Yes.", "content": ["text/plain": ["schema": ["type": "string"]]]],
            "default": ["description": "No.", "content": ["text/plain": ["schema": ["type": "string"]]]],
        ]
        return .object(operation)
    }

    private static let document: Value = [
        "operationId": "openapi", "summary": "This document",
        "responses": [
            "200": ["description": "OpenAPI 3.1.", "content": ["application/json": ["schema": ["type": "object"]]]],
            "default": ["$ref": "#/components/responses/Failure"],
        ],
    ]

    /// Its body is the sender's own.
    private static let hook: Value = [
        "operationId": "hook", "summary": "A webhook of a forge: signed by its sender, and only a hint", "security": [],
        "parameters": [["name": "name", "in": "path", "required": true, "schema": WireSchema.name.json]],
        "requestBody": ["required": true, "content": ["application/json": ["schema": [:]]]],
        "responses": [
            "202": [
                "description": "Taken, whatever comes of it.",
                "content": ["application/json": ["schema": ["type": "object"]]],
            ], "default": ["$ref": "#/components/responses/Failure"],
        ],
    ]
}
