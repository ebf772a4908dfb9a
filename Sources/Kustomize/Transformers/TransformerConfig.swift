// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Which fields the transformers change: kustomize's own list, and what `configurations` and `crds` add.
struct TransformerConfig: Sendable {
    /// Fields of other objects that hold the name of an object of a type.
    struct NameReference: Sendable {
        var target: GroupVersionKind
        var referrers: [FieldSpec]
    }

    /// Nothing was added to kustomize's own list. Merging two of these needs no look at their many fields.
    private(set) var isStandard = false
    var namePrefix: [FieldSpec] = []
    var nameSuffix: [FieldSpec] = []
    var namespace: [FieldSpec] = []
    var commonLabels: [FieldSpec] = []
    var templateLabels: [FieldSpec] = []
    var labels: [FieldSpec] = []
    var commonAnnotations: [FieldSpec] = []
    var nameReferences: [NameReference] = []
    var variableReferences: [FieldSpec] = []
    var images: [FieldSpec] = []
    var replicas: [FieldSpec] = []

    init() {}

    static let standard: TransformerConfig = {
        var config = makeStandard()
        config.isStandard = true
        return config
    }()

    /// Reads a file that `configurations` names.
    init(_ field: Field) throws(KustomizeError) {
        let fields = try field.fields(
            [
                "namePrefix", "nameSuffix", "namespace", "commonLabels", "templateLabels", "labels",
                "commonAnnotations", "nameReference", "varReference", "images", "replicas", "apiVersion", "kind",
                "metadata",
            ], of: "a configuration of transformers", ignoringOthers: true)
        func specs(_ name: String) throws(KustomizeError) -> [FieldSpec] {
            var specs: [FieldSpec] = []
            for item in try fields.items(name) { specs.append(try FieldSpec(item)) }
            return specs
        }
        namePrefix = try specs("namePrefix")
        nameSuffix = try specs("nameSuffix")
        namespace = try specs("namespace")
        commonLabels = try specs("commonLabels")
        templateLabels = try specs("templateLabels")
        labels = try specs("labels")
        commonAnnotations = try specs("commonAnnotations")
        variableReferences = try specs("varReference")
        images = try specs("images")
        replicas = try specs("replicas")
        for item in try fields.items("nameReference") { nameReferences.append(try NameReference(item)) }
    }

    private var isEmpty: Bool {
        [
            namePrefix, nameSuffix, namespace, commonLabels, templateLabels, labels, commonAnnotations,
            variableReferences, images, replicas,
        ].allSatisfy(\.isEmpty) && nameReferences.isEmpty
    }

    func merging(_ other: TransformerConfig, at place: Place) throws(KustomizeError) -> TransformerConfig {
        if isStandard, other.isStandard { return self }
        if isEmpty { return other }
        var all = self
        all.isStandard = false
        all.namePrefix = try namePrefix.merging(other.namePrefix, at: place)
        all.nameSuffix = try nameSuffix.merging(other.nameSuffix, at: place)
        all.namespace = try namespace.merging(other.namespace, at: place)
        all.commonLabels = try commonLabels.merging(other.commonLabels, at: place)
        all.templateLabels = try templateLabels.merging(other.templateLabels, at: place)
        all.labels = try labels.merging(other.labels, at: place)
        all.commonAnnotations = try commonAnnotations.merging(other.commonAnnotations, at: place)
        all.variableReferences = try variableReferences.merging(other.variableReferences, at: place)
        all.images = try images.merging(other.images, at: place)
        all.replicas = try replicas.merging(other.replicas, at: place)
        var places: [GroupVersionKind: Int] = [:]
        for (index, reference) in nameReferences.enumerated() where places[reference.target] == nil {
            places[reference.target] = index
        }
        for reference in other.nameReferences {
            if let index = places[reference.target] {
                all.nameReferences[index].referrers = try all.nameReferences[index].referrers
                    .merging(reference.referrers, at: place)
            } else {
                places[reference.target] = all.nameReferences.count
                all.nameReferences.append(reference)
            }
        }
        return all
    }
}

extension TransformerConfig.NameReference {
    init(_ field: Field) throws(KustomizeError) {
        let fields = try field.fields(
            ["group", "version", "kind", "fieldSpecs"], of: "a nameReference", ignoringOthers: true)
        target = GroupVersionKind(
            group: try fields.text("group"), version: try fields.text("version"), kind: try fields.text("kind"))
        referrers = []
        for item in try fields.items("fieldSpecs") { referrers.append(try FieldSpec(item)) }
    }
}
