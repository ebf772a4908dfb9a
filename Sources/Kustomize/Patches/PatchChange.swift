// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A patch, read: what to do, and to which objects.
struct PatchChange {
    enum Content {
        case strategic([Resource])
        case json(JSONPatch)
    }

    var content: Content
    /// `nil` for strategic patches that name their objects themselves.
    var target: ResourceSelector?
    var allowsNameChange = false
    var allowsKindChange = false
    /// Whether an object that is patched remembers what it was called before.
    var remembersNames = true
    var place: Place

    func apply(to set: inout ResourceSet, _ context: inout TransformContext) throws(KustomizeError) {
        switch content {
        case .json(let patch): try apply(patch, to: &set, &context.allowance)
        case .strategic(let patches):
            guard let target else {
                for patch in patches { try apply(patch, at: [try object(of: patch, in: &set)], to: &set, &context) }
                return
            }
            guard patches.count <= 1 else {
                throw KustomizeError(
                    place, "a patch with a target must be a single document, not \(patches.count)",
                    advice: "leave out the target: each document names its own object")
            }
            let selected = try self.selected(by: target, in: &set, &context.allowance)
            for patch in patches {
                if selected.count > 1, !context.allowance.put(patch.value, below: 0, times: selected.count) {
                    throw tooMuch(context.allowance)
                }
                try apply(patch, at: selected, to: &set, &context)
            }
        }
    }

    private func selected(
        by selector: ResourceSelector, in set: inout ResourceSet, _ allowance: inout Allowance
    ) throws(KustomizeError) -> [Int] {
        guard let indices = set.indices(selectedBy: selector, &allowance) else { throw tooMuch(allowance) }
        return indices
    }

    private func tooMuch(_ allowance: Allowance) -> KustomizeError {
        KustomizeError(place, "the patch: \(allowance.refusal)", code: .tooMuch)
    }

    /// The one object that a patch names.
    private func object(of patch: Resource, in set: inout ResourceSet) throws(KustomizeError) -> Int {
        let wanted = patch.id
        let found = set.indices(of: wanted)
        if found.count == 1 { return found[0] }
        let place = place.position == nil || patch.place.file != place.file ? patch.place.asPlace : place
        if found.count > 1 {
            throw KustomizeError(
                place, "the patch may mean any of \(found.count) objects that are or were \(wanted)",
                advice: "give it the namespace of the one that is meant, or a target")
        }
        let alike = set.items.filter { $0.name == wanted.name || $0.originalID.name == wanted.name }
        let advice: String? =
            alike.isEmpty
            ? "is the object among the resources, and is its name written as there?"
            : "there is "
                + alike.prefix(3).map { "\($0.type) \($0.namespace.isEmpty ? "" : "\($0.namespace)/")\($0.name)" }
                .joined(separator: ", ")
        throw KustomizeError(
            place, "the patch is for \(wanted.type) \(wanted.name), which is not there", advice: advice)
    }

    private func apply(
        _ patch: Resource, at indices: [Int], to set: inout ResourceSet, _ context: inout TransformContext
    ) throws(KustomizeError) {
        var removes = false
        let merging = merging
        try set.change(indices) { (resource) throws(KustomizeError) in
            if try !merging.apply(patch, to: &resource, &context) { removes = true }
        }
        if removes || allowsNameChange || allowsKindChange { try set.settle() }
    }

    private var merging: PatchMerging {
        PatchMerging(
            hasTarget: target != nil, allowsNameChange: allowsNameChange, allowsKindChange: allowsKindChange,
            place: place)
    }

    /// Where many patches are for as many objects they are merged side by side, and it comes to the same as if they came
    /// one after the other. False where that is not certain: then nothing has happened.
    func applySideBySide(
        to set: inout ResourceSet, _ context: inout TransformContext
    ) async throws(KustomizeError) -> Bool {
        guard case .strategic(let patches) = content, target == nil, !allowsNameChange, !allowsKindChange,
            patches.count >= SharedPatches.least
        else { return false }
        var byObject: [Int: Int] = [:]
        for (number, patch) in patches.enumerated() {
            let found = set.indices(of: patch.id)
            guard found.count == 1, byObject.updateValue(number, forKey: found[0]) == nil else { return false }
        }
        let shared = SharedPatches(patches: patches, byObject: byObject, merging: merging)
        let removes = try await shared.apply(to: &set, &context)
        if removes { try set.settle() }
        return true
    }

    private func apply(
        _ patch: JSONPatch, to set: inout ResourceSet, _ allowance: inout Allowance
    ) throws(KustomizeError) {
        guard let target else {
            throw KustomizeError(
                place, "a JSON patch needs a target", advice: "target: {kind: Deployment, name: web} chooses an object")
        }
        var renames = false
        let selected = try selected(by: target, in: &set, &allowance)
        try set.change(selected) { (resource) throws(KustomizeError) in
            let before = resource.id
            defer { if resource.id != before { renames = true } }
            if remembersNames { resource.rememberID() }
            guard allowance.take(FinalValue.settle(&resource.value)) else { throw tooMuch(allowance) }
            do throws(JSONPatchFailure) {
                try patch.apply(to: &resource.value, &allowance)
            } catch {
                throw KustomizeError(
                    place, "the patch does not fit \(resource.id): \(error.reason)",
                    code: error.isBudget ? .tooMuch : .invalid)
            }
            guard resource.value.objectValue != nil else {
                throw KustomizeError(place, "the patch leaves \(resource.value.kindInWords) of an object")
            }
        }
        if renames { try set.settle() }
    }
}

extension Resource {
    mutating func setNameValue(_ name: Value) {
        if value["metadata"]?["name"] == name { return }
        _ = value.editObject { root in
            if root["metadata"]?.objectValue == nil { root["metadata"] = .object(Object()) }
            _ = root.edit("metadata") { $0.editObject { $0["name"] = name } }
        }
    }
}
