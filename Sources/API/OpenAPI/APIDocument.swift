// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// The document of the API: OpenAPI 3.1, made from the table of routes.
package enum APIDocument {
    /// Made once: it is the same for everybody.
    package static let bytes = JSON.write(json()) + [UInt8(ascii: "\n")]

    package static func json() -> Value {
        var paths = Object()
        for route in Routes.mounted {
            paths[route.path] = .object([(route.method == .get ? "get" : "post"): operation(route)])
        }
        for (path, operation) in others { paths[path] = operation }
        var components = Object()
        for schema in [.failure] + Routes.mounted.flatMap({ [$0.input, $0.output] }) { add(schema, to: &components) }
        for schema in [WireSchema.unitStatus, .event] { add(schema, to: &components) }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Trimtab", "version": .string(Build.version),
                "description":
                    "What the command line, the pages and programs ask of a daemon. Who may do what is said by roles of the fleet; what somebody may not see is not there for them.",
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/", "description": "The daemon that serves this document."]],
            "security": [["token": []], ["session": []]],
            "paths": .object(Object(uniquePairs: paths.sortedByKey)),
            "components": [
                "schemas": .object(Object(uniquePairs: components.sortedByKey)), "responses": responses,
                "securitySchemes": schemes,
            ],
        ]
    }

    private static func add(_ schema: WireSchema, to components: inout Object) {
        if let name = schema.name {
            guard components[name] == nil else { return }
            components[name] = schema.json
        }
        for part in schema.parts { add(part, to: &components) }
    }

    private static func operation(_ route: MountedRoute) -> Value {
        let words = route.path.string.split(separator: "/").dropFirst()
        let name = words.enumerated().map { index, word in
            index == 0 ? String(word) : word.prefix(1).uppercased() + String(word.dropFirst())
        }.joined()
        var operation: Object = [
            "operationId": .string(Text(name)), "summary": .string(summaries[route.path] ?? ""),
            "description": .string(permission(route.permission)),
        ]
        if route.method == .get {
            let parameters = route.input.fields.map(parameter)
            if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        } else {
            // The answer of this one holds a token, which is kept nowhere.
            if route.path != Routes.createToken.path { operation["parameters"] = [idempotencyKey] }
            operation["requestBody"] = [
                "required": true, "content": ["application/json": ["schema": route.input.reference]],
            ]
        }
        operation["responses"] = [
            "200": [
                "description": "Done.", "content": ["application/json": ["schema": route.output.reference]],
            ], "default": ["$ref": "#/components/responses/Failure"],
        ]
        return .object(operation)
    }

    private static func permission(_ verb: Verb?) -> Text {
        verb.map { "Needs the verb `\($0)`." } ?? "For everybody who is signed in."
    }

    private static func parameter(_ field: (key: Text, schema: Value, isRequired: Bool)) -> Value {
        [
            "name": .string(field.key), "in": "query", "required": .bool(field.isRequired), "schema": field.schema,
            "style": "form", "explode": true,
        ]
    }

    private static let idempotencyKey: Value = [
        "name": "Idempotency-Key", "in": "header", "required": false,
        "description": "Made up for each act: for a day, the same act under the same key is done once.",
        "schema": ["type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"],
    ]

    private static let responses: Value = [
        "Failure": [
            "description": "It was not done, or not answered, and why.",
            "content": ["application/json": ["schema": ["$ref": "#/components/schemas/Failure"]]],
        ]
    ]

    private static let schemes: Value = [
        "token": [
            "type": "http", "scheme": "bearer", "description": "A token that `trimtab auth token create` has made.",
        ],
        "session": [
            "type": "apiKey", "in": "cookie", "name": "__Host-trimtab",
            "description": "A browser's session; acts also need the page's token in `x-trimtab-token`.",
        ],
    ]
}
