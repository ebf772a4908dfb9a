// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// What can go over a route: a value whose shape the document of the API tells. A route whose input or output is not
/// described does not compile.
package protocol Described: Wire {
    static var schema: WireSchema { get }
}

/// The shape of a value on the wire, in the words of JSON Schema 2020-12, which OpenAPI 3.1 uses.
package struct WireSchema: Sendable {
    /// Its place among the document's components; `nil` for one that is written where it is used.
    let name: Text?
    let json: Value
    /// What it refers to.
    let parts: [WireSchema]

    init(name: Text? = nil, _ json: Value, parts: [WireSchema] = []) {
        self.name = name
        self.json = json
        self.parts = parts
    }

    /// As it stands where it is used.
    var reference: Value { name.map { ["$ref": .string("#/components/schemas/\($0)")] } ?? json }

    /// The fields of a map, and which of them must be there.
    var fields: [(key: Text, schema: Value, isRequired: Bool)] {
        let required = Set(json["required"]?.textsInOrder ?? [])
        return (json["properties"]?.objectValue?.pairs ?? []).map { ($0.key, $0.value, required.contains($0.key)) }
    }

    /// A map. What is optional is left out where there is nothing to say.
    static func object(
        _ name: Text, _ required: KeyValuePairs<Text, WireSchema>, optional: KeyValuePairs<Text, WireSchema> = [:]
    ) -> WireSchema {
        var properties = Object()
        for (key, schema) in required { properties[key] = schema.reference }
        for (key, schema) in optional { properties[key] = schema.reference }
        var json: Object = ["type": "object"]
        if !required.isEmpty { json["required"] = .array(required.map { .string($0.key) }) }
        if !properties.isEmpty { json["properties"] = .object(properties) }
        return WireSchema(name: name, .object(json), parts: (Array(required) + Array(optional)).map { $0.value })
    }

    static func list(of item: WireSchema) -> WireSchema {
        WireSchema(["type": "array", "items": item.reference], parts: [item])
    }

    static func choice<Case: RawRepresentable<String> & CaseIterable>(_ type: Case.Type) -> WireSchema {
        WireSchema(["enum": .array(Case.allCases.map { .string(Text($0.rawValue)) })])
    }

    static func words(_ words: Text...) -> WireSchema { WireSchema(["enum": .array(words.map(Value.string))]) }

    static func map(of item: WireSchema) -> WireSchema {
        WireSchema(["type": "object", "additionalProperties": item.reference], parts: [item])
    }

    static let any = WireSchema([:])
    static let text = WireSchema(["type": "string"])
    static let flag = WireSchema(["type": "boolean"])
    static let count = WireSchema(["type": "integer", "minimum": 0])
    static let integer = WireSchema(["type": "integer"])
    static let time = WireSchema(["type": "string", "format": "date-time"])
    static let digest = WireSchema(["type": "string", "pattern": "^[0-9a-f]{64}$"])
    static let commit = WireSchema(["type": "string", "pattern": "^([0-9a-f]{40}|[0-9a-f]{64})$"])
    static let name = WireSchema(["type": "string", "pattern": "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"])
    static let unit = WireSchema(["type": "string", "description": "FLEET/APPLICATION@TARGET"])
    static let unitPattern = WireSchema([
        "type": "string", "description": "a unit such as web@prod, an application such as web, a target such as @prod",
    ])
    static let objectPattern = WireSchema([
        "type": "string", "description": "an object such as Deployment/web or GROUP:KIND:NAMESPACE/NAME",
    ])
}

extension Value {
    var textsInOrder: [Text] { (arrayValue ?? []).compactMap(\.stringValue) }
}
