// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// The schema of one kind of manifest, and what people should know of it.
package struct KindSchema: Sendable, Hashable {
    /// `Application`
    package var kind: Text
    /// `trimtab.dev/v1alpha1`
    package var apiVersion: Text
    /// One sentence.
    package var summary: String
    /// Of a whole manifest.
    package var schema: Schema
    /// A manifest in order, in YAML.
    package var example: String

    package init(kind: Text, apiVersion: Text, summary: String, schema: Schema, example: String) {
        self.kind = kind
        self.apiVersion = apiVersion
        self.summary = summary
        self.schema = schema
        self.example = example
    }

    /// Of an object that applications render: only its spec is read strictly.
    package init(object kind: Text, of apiVersion: Text, summary: String, spec: Schema, example: String) {
        let metadata = ObjectRule(
            entries: [
                ObjectRule.Entry(
                    key: "name", schema: Shape<Text>.text.schema, isRequired: true,
                    summary: "Unique among its kind in the application.")
            ], isOpen: true)
        let rule = ObjectRule(
            entries: [
                ObjectRule.Entry(key: "apiVersion", schema: .choice([apiVersion]), isRequired: true, summary: ""),
                ObjectRule.Entry(key: "kind", schema: .choice([kind]), isRequired: true, summary: ""),
                ObjectRule.Entry(key: "metadata", schema: .object(metadata), isRequired: true, summary: "Who this is."),
                ObjectRule.Entry(key: "spec", schema: spec, isRequired: true, summary: "What is wanted."),
            ], isOpen: true)
        self.init(kind: kind, apiVersion: apiVersion, summary: summary, schema: .object(rule), example: example)
    }

    /// A JSON Schema document, draft 2020-12.
    package var document: Value {
        .object(Self.document(named: "\(kind) of \(apiVersion)", definition))
    }

    /// A JSON Schema document for a manifest of any of these kinds. It looks at `kind` first, so that editors show the
    /// problems of that kind only.
    package static func document(for kinds: [KindSchema]) -> Value {
        var definitions = Object()
        for kind in kinds { definitions[kind.kind] = .object(kind.definition) }
        let branches = kinds.map { kind -> Value in
            [
                "if": ["type": "object", "properties": ["kind": ["const": .string(kind.kind)]], "required": ["kind"]],
                "then": ["$ref": .string("#/$defs/\(kind.kind)")],
            ]
        }
        return .object(
            document(
                named: "Trimtab",
                [
                    "type": "object", "properties": ["kind": ["enum": .array(kinds.map { .string($0.kind) })]],
                    "required": ["kind"], "allOf": .array(branches), "$defs": .object(definitions),
                ]))
    }

    private var definition: Object {
        var definition: Object = ["description": .string(Text(summary))]
        for pair in schema.json.objectValue?.pairs ?? [] { definition[pair.key] = pair.value }
        return definition
    }

    private static func document(named title: Text, _ keywords: Object) -> Object {
        var document: Object = [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": .string(title),
        ]
        for pair in keywords.pairs { document[pair.key] = pair.value }
        return document
    }
}
