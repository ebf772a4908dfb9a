// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// One step of a kustomization, with all that it needs read.
enum Transformation {
    case patch(PatchChange)
    case namespace(NamespaceChange)
    case affix(AffixChange)
    case labels(LabelChange)
    case replicas(ReplicaChange, [FieldSpec])
    case image(ImageChange, [FieldSpec])
    case replacements([Replacement])
    case hashes
    case order(SortOptions)

    func apply(to set: inout ResourceSet, _ context: inout TransformContext) throws(KustomizeError) {
        switch self {
        case .patch(let change): try change.apply(to: &set, &context)
        case .namespace(let change): try change.apply(to: &set, &context.allowance)
        case .affix(let change): try change.apply(to: &set, &context.allowance)
        case .labels(let change): try change.apply(to: &set, &context.allowance)
        case .replicas(let change, let specs): try change.apply(to: &set, specs, &context.allowance)
        case .image(let change, let specs): try change.apply(to: &set, specs, &context.allowance)
        case .replacements(let replacements):
            for replacement in replacements { try replacement.apply(to: &set, &context.allowance) }
        case .hashes: try NameHashes.apply(to: &set, &context.allowance)
        case .order(let options): options.apply(to: &set)
        }
    }
}

/// What the steps of a build share.
struct TransformContext {
    var schemas: ObjectSchemas
    var allowance: Allowance
}
