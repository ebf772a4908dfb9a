// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

extension Build {
    /// The steps of a built-in transformer that is given as an object.
    mutating func transformations(
        by plugin: Plugin, in folder: Folder
    ) async throws(KustomizeError) -> [Transformation] {
        switch plugin.kind {
        case "PatchTransformer", "PatchJson6902Transformer", "PatchStrategicMergeTransformer":
            return try await patches(by: plugin, in: folder)
        case "ReplacementTransformer":
            let fields = try plugin.fields(["replacements"])
            return [.replacements(try await replacements(fields.items("replacements"), in: folder))]
        default: return try Self.transformations(by: plugin)
        }
    }

    private mutating func patches(
        by plugin: Plugin, in folder: Folder
    ) async throws(KustomizeError) -> [Transformation] {
        switch plugin.kind {
        case "PatchTransformer":
            let fields = try plugin.fields(["path", "patch", "target", "options"])
            return try await patch(try Declaration.Patch(fields, text: "patch"), in: folder).map { [.patch($0)] } ?? []
        case "PatchJson6902Transformer":
            let fields = try plugin.fields(["path", "jsonOp", "target"])
            return try await jsonPatch(try Declaration.Patch(fields, text: "jsonOp"), in: folder).map { [.patch($0)] }
                ?? []
        default:
            let fields = try plugin.fields(["paths", "patches"])
            var all = try fields.items("paths")
            if let inline = fields["patches"] { all.append(inline) }
            return try await strategicPatches(all, in: folder).map { .patch($0) }
        }
    }

    /// Those that need no files.
    private static func transformations(by plugin: Plugin) throws(KustomizeError) -> [Transformation] {
        let fields = try plugin.fields([
            "prefix", "suffix", "labels", "annotations", "fieldSpecs", "metadata", "unsetOnly",
            "setRoleBindingSubjects", "replica", "imageTag", "sortOptions",
        ])
        var specs: [FieldSpec] = []
        for spec in try fields.items("fieldSpecs") { specs.append(try FieldSpec(spec)) }
        switch plugin.kind {
        case "PrefixTransformer":
            return [.affix(AffixChange(position: .prefix, text: try fields.text("prefix"), specs: specs))]
        case "SuffixTransformer":
            return [.affix(AffixChange(position: .suffix, text: try fields.text("suffix"), specs: specs))]
        case "PrefixSuffixTransformer":
            return [
                .affix(AffixChange(position: .prefix, text: try fields.text("prefix"), specs: specs)),
                .affix(AffixChange(position: .suffix, text: try fields.text("suffix"), specs: specs)),
            ]
        case "LabelTransformer":
            return [.labels(LabelChange(pairs: try fields.textMap("labels"), specs: specs, name: "labels"))]
        case "AnnotationsTransformer":
            let change = LabelChange(pairs: try fields.textMap("annotations"), specs: specs, name: "annotations")
            return [.labels(change)]
        case "NamespaceTransformer": return [.namespace(try namespace(fields, specs))]
        case "ReplicaCountTransformer":
            guard let replica = fields["replica"] else { throw fields.all.error("the transformer needs a replica") }
            return [.replicas(try ReplicaChange(replica), specs)]
        case "ImageTagTransformer":
            guard let image = fields["imageTag"] else { throw fields.all.error("the transformer needs an imageTag") }
            return [.image(try ImageChange(image), specs)]
        case "HashTransformer": return [.hashes]
        case "SortOrderTransformer":
            return try fields["sortOptions"].map { (field) throws(KustomizeError) in
                [.order(try SortOptions(field))]
            } ?? []
        case "LegacyOrderTransformer": return [.order(.legacy)]
        case let kind:
            throw KustomizeError(
                plugin.resource.place.asPlace, "there is no built-in transformer \(kind) here",
                advice: Suggestion.nearest(to: kind.string, in: known).map { "did you mean \($0)?" }
                    ?? "known are \(known.joined(separator: ", "))")
        }
    }

    private static let known = [
        "AnnotationsTransformer", "HashTransformer", "ImageTagTransformer", "LabelTransformer",
        "LegacyOrderTransformer", "NamespaceTransformer", "PatchJson6902Transformer", "PatchStrategicMergeTransformer",
        "PatchTransformer", "PrefixSuffixTransformer", "PrefixTransformer", "ReplacementTransformer",
        "ReplicaCountTransformer", "SortOrderTransformer", "SuffixTransformer",
    ]

    private static func namespace(_ fields: Fields, _ specs: [FieldSpec]) throws(KustomizeError) -> NamespaceChange {
        var change = NamespaceChange(
            namespace: fields["metadata"]?.value["namespace"]?.scalarText ?? "", specs: specs)
        change.unsetOnly = try fields.bool("unsetOnly")
        let subjects = try fields.text("setRoleBindingSubjects")
        if !subjects.isEmpty {
            guard let mode = NamespaceChange.Subjects(rawValue: subjects) else {
                throw (fields["setRoleBindingSubjects"] ?? fields.all).error(
                    "\(subjects.quoted) is no way to move subjects", advice: "defaultOnly, allServiceAccounts or none")
            }
            change.subjects = mode
        }
        return change
    }
}
