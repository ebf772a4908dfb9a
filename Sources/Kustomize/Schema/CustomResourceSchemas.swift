// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A file that `crds` names: schemas of types by their Go names, whose extensions say which fields are annotations,
/// labels, names or references.
struct CustomResourceSchemas {
    private static let depthLimit = 32
    /// Properties that are looked at, those of a type as often as others refer to it.
    private static let visitLimit = 1_000_000
    /// Fields that are found.
    private static let fieldLimit = 10_000

    private let types: Object
    private let place: Place

    init(_ document: Field) throws(KustomizeError) {
        guard let types = document.value.objectValue else {
            throw document.error("a file of schemas must be a map from types to schemas")
        }
        self.types = types
        place = document.place
    }

    func config() throws(KustomizeError) -> TransformerConfig {
        var search = Search()
        for (name, type) in types.pairs {
            guard let properties = Self.properties(of: type),
                properties["kind"] != nil, properties["apiVersion"] != nil, properties["metadata"] != nil
            else { continue }
            let kind = name.string.split(separator: ".").last.map { Text(String($0)) } ?? name
            try collect(properties, kind: kind, path: [], through: [name], into: &search)
        }
        return search.config
    }

    /// What was found, and what it took so far.
    private struct Search {
        var config = TransformerConfig()
        var visits = 0
        var fields = 0
    }

    private static func properties(of type: Value) -> Object? { type["Schema"]?["properties"]?.objectValue }

    /// - Parameter types: those on the way, of which none is looked into again: a type within itself has no end.
    private func collect(
        _ properties: Object, kind: Text, path: [Text], through types: [Text], into search: inout Search
    ) throws(KustomizeError) {
        for (name, property) in properties.pairs {
            search.visits += 1
            guard search.visits <= Self.visitLimit, search.fields <= Self.fieldLimit else {
                throw KustomizeError(
                    place, "the schemas refer to each other too often",
                    advice: "list only the types of your own resources, without those that they are made of",
                    code: .tooMuch)
            }
            let path = path + [name]
            func spec(_ more: [Text] = []) -> FieldSpec {
                search.fields += 1
                return FieldSpec(Text((path + more).map(\.string).joined(separator: "/")), kind: kind)
            }
            if property["x-kubernetes-annotation"] != nil { search.config.commonAnnotations.append(spec()) }
            if property["x-kubernetes-label-selector"] != nil { search.config.commonLabels.append(spec()) }
            if property["x-kubernetes-identity"] != nil { search.config.namePrefix.append(spec()) }
            if let version = property["x-kubernetes-object-ref-api-version"]?.stringValue,
                let target = property["x-kubernetes-object-ref-kind"]?.stringValue
            {
                let key = property["x-kubernetes-object-ref-name-key"]?.stringValue ?? "name"
                search.config.nameReferences.append(
                    TransformerConfig.NameReference(
                        target: GroupVersionKind(version: version, kind: target), referrers: [spec([key])]))
            }
            if let reference = property["$ref"]?.stringValue, !types.contains(reference),
                types.count <= Self.depthLimit, let type = self.types[reference], let inner = Self.properties(of: type)
            {
                try collect(inner, kind: kind, path: path, through: types + [reference], into: &search)
            }
        }
    }
}
