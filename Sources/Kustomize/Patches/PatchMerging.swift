// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// How the strategic patches of an entry are merged, each into one object at a time.
struct PatchMerging: Sendable {
    var hasTarget: Bool
    var allowsNameChange: Bool
    var allowsKindChange: Bool
    var place: Place

    /// - Returns: whether the object is still there.
    func apply(
        _ patch: Resource, to resource: inout Resource, _ context: inout TransformContext
    ) throws(KustomizeError) -> Bool {
        var changes = patch.value
        if hasTarget { _ = changes.editObject { $0["apiVersion"] = nil } }
        let kind = patch.kind
        if allowsNameChange || allowsKindChange { resource.rememberID() }
        let (name, namespace, oldKind) = (resource.value["metadata"]?["name"], resource.namespace, resource.kind)
        let id = resource.id
        var merge = StrategicMerge(schemas: context.schemas, quoted: resource.quoted, allowance: context.allowance)
        let isThere: Bool
        do throws(MergeFailure) {
            isThere = try merge.apply(changes, to: &resource.value)
            context.allowance = merge.allowance
        } catch {
            context.allowance = merge.allowance
            throw failure(error, of: patch, on: id)
        }
        if !isThere { resource.value = .null }
        if resource.value.isNull { return isThere }
        if !patch.quoted.isEmpty { resource.quoted.formUnion(patch.quoted) }
        resource.setKind(allowsKindChange ? kind : oldKind)
        if !allowsNameChange, let name { resource.setNameValue(name) }
        resource.setNamespace(namespace)
        return true
    }

    func failure(_ error: MergeFailure, of patch: Resource, on id: ResourceID) -> KustomizeError {
        let path = FieldPath(error.path)
        return KustomizeError(
            place.position == nil ? patch.place.asPlace : place,
            "the patch does not fit \(id)\(path.isEmpty ? "" : " at \(path)"): \(error.reason)",
            code: error.isBudget ? .tooMuch : .invalid)
    }
}
