// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// The schemas of all kinds: the tables that the strict reader itself is made of.
package enum FleetSchema {
    /// `nil` for kinds that this version does not support.
    package static func schema(of kind: FleetKind) -> Schema? {
        switch kind {
        case .fleet: FleetLayout.shape.schema
        case .target: Target.shape.schema
        case .source: Source.shape.schema
        case .project: Project.shape.schema
        case .application: Application.shape.schema
        case .secretStore, .notification: nil
        }
    }

    /// The kinds that have a schema, in the order of their declaration.
    package static var kinds: [FleetKind] { FleetKind.allCases.filter(\.isSupported) }

    /// A JSON Schema document (draft 2020-12) of one kind.
    package static func document(of kind: FleetKind) -> Value? {
        schema(of: kind).map { .object(document(name: kind.word, keywords: definition(kind, $0))) }
    }

    /// A JSON Schema document for a declaration of any kind, which looks at `kind` first so that editors show the
    /// problems of that kind only.
    package static var document: Value {
        var definitions = Object()
        var branches: [Value] = []
        for kind in kinds {
            guard let schema = schema(of: kind) else { continue }
            definitions[kind.word] = .object(definition(kind, schema))
            branches.append([
                "if": ["type": "object", "properties": ["kind": ["const": .string(kind.word)]], "required": ["kind"]],
                "then": ["$ref": .string("#/$defs/\(kind.word)")],
            ])
        }
        return .object(
            document(
                name: "Fleet declaration",
                keywords: [
                    "type": "object", "properties": ["kind": ["enum": .array(kinds.map { .string($0.word) })]],
                    "required": ["kind"], "allOf": .array(branches), "$defs": .object(definitions),
                ]))
    }

    private static func definition(_ kind: FleetKind, _ schema: Schema) -> Object {
        var definition: Object = ["description": .string(Text(kind.summary))]
        for pair in schema.json.objectValue?.pairs ?? [] { definition[pair.key] = pair.value }
        return definition
    }

    private static func document(name: Text, keywords: Object) -> Object {
        var document: Object = [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": .string("\(name) of \(FleetKind.apiVersion)"),
        ]
        for pair in keywords.pairs { document[pair.key] = pair.value }
        return document
    }
}
