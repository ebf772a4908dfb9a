// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A file that `crds` names: schemas of types by their Go names, whose extensions say which fields are annotations,
/// labels, names or references.
struct CustomResourceSchemas {
    private static let depthLimit = 32

    private let types: Object

    init(_ document: Field) throws(KustomizeError) {
        guard let types = document.value.objectValue else {
            throw document.error("a file of schemas must be a map from types to schemas")
        }
        self.types = types
    }

    var config: TransformerConfig {
        var config = TransformerConfig()
        for (name, type) in types.pairs {
            guard let properties = Self.properties(of: type),
                properties["kind"] != nil, properties["apiVersion"] != nil, properties["metadata"] != nil
            else { continue }
            let kind = name.string.split(separator: ".").last.map { Text(String($0)) } ?? name
            collect(properties, kind: kind, path: [], depth: 0, into: &config)
        }
        return config
    }

    private static func properties(of type: Value) -> Object? { type["Schema"]?["properties"]?.objectValue }

    private func collect(
        _ properties: Object, kind: Text, path: [Text], depth: Int, into config: inout TransformerConfig
    ) {
        guard depth < Self.depthLimit else { return }
        for (name, property) in properties.pairs {
            let path = path + [name]
            func spec(_ more: [Text] = []) -> FieldSpec {
                FieldSpec(Text((path + more).map(\.string).joined(separator: "/")), kind: kind)
            }
            if property["x-kubernetes-annotation"] != nil { config.commonAnnotations.append(spec()) }
            if property["x-kubernetes-label-selector"] != nil { config.commonLabels.append(spec()) }
            if property["x-kubernetes-identity"] != nil { config.namePrefix.append(spec()) }
            if let version = property["x-kubernetes-object-ref-api-version"]?.stringValue,
                let target = property["x-kubernetes-object-ref-kind"]?.stringValue
            {
                let key = property["x-kubernetes-object-ref-name-key"]?.stringValue ?? "name"
                config.nameReferences.append(
                    TransformerConfig.NameReference(
                        target: GroupVersionKind(version: version, kind: target), referrers: [spec([key])]))
            }
            if let reference = property["$ref"]?.stringValue, let type = types[reference],
                let inner = Self.properties(of: type)
            {
                collect(inner, kind: kind, path: path, depth: depth + 1, into: &config)
            }
        }
    }
}
