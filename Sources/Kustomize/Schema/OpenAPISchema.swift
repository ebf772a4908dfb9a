// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// An OpenAPI document that a kustomization names under `openapi.path`: definitions with Kubernetes' extensions.
struct OpenAPISchema: Sendable {
    private let definitions: Object
    private var roots: [GroupVersionKind: Text] = [:]

    /// A schema within the document.
    struct Node: Sendable {
        let value: Value
        let schema: OpenAPISchema

        private func resolved(_ value: Value?) -> MergeSchema? {
            guard var value else { return nil }
            // A reference may lead to a reference, but not for ever.
            for _ in 0..<16 {
                guard let reference = value["$ref"]?.stringValue else {
                    return .custom(Node(value: value, schema: schema))
                }
                guard let target = schema.definition(reference) else { return OpenAPISchema.builtin(reference) }
                value = target
            }
            return nil
        }

        func field(_ name: Text) -> MergeSchema? {
            if let property = value["properties"]?[name] { return resolved(property) }
            guard let additional = value["additionalProperties"], additional.objectValue != nil else { return nil }
            return resolved(additional)
        }

        var elements: MergeSchema? {
            switch value["items"] {
            case .array(let items): resolved(items.first)
            case let other: resolved(other)
            }
        }

        /// The keys of a list that is merged.
        var mergeKeys: [Text]? {
            guard let strategy = value["x-kubernetes-patch-strategy"]?.stringValue,
                strategy.string.contains("merge")
            else { return nil }
            if let keys = value["x-kubernetes-list-map-keys"]?.arrayValue { return keys.compactMap(\.stringValue) }
            return value["x-kubernetes-patch-merge-key"]?.stringValue.map { [$0] } ?? []
        }
    }

    init(_ field: Field) throws(KustomizeError) {
        guard let definitions = field.value["definitions"]?.objectValue else {
            throw field.error(
                "an OpenAPI document needs definitions", advice: "kubectl get --raw /openapi/v2 prints one")
        }
        self.definitions = definitions
        for (name, definition) in definitions.pairs {
            for type in definition["x-kubernetes-group-version-kind"]?.arrayValue ?? [] {
                guard let kind = type["kind"]?.stringValue else { continue }
                let key = GroupVersionKind(
                    group: type["group"]?.stringValue ?? "", version: type["version"]?.stringValue ?? "", kind: kind)
                roots[key] = name
            }
        }
    }

    func node(of type: GroupVersionKind) -> Node? {
        roots[type].flatMap { definitions[$0] }.map { Node(value: $0, schema: self) }
    }

    /// A type of Kubernetes that the document refers to and leaves out.
    private static func builtin(_ reference: Text) -> MergeSchema? {
        guard reference.string.hasPrefix("#/definitions/io.k8s."),
            let name = reference.string.split(separator: ".").last
        else { return nil }
        return BuiltinSchema.table.type(named: Text(String(name))).map { .builtin($0) }
    }

    private func definition(_ reference: Text) -> Value? {
        let prefix = "#/definitions/"
        guard reference.string.hasPrefix(prefix) else { return nil }
        return definitions[Text(String(reference.string.dropFirst(prefix.count)))]
    }
}
