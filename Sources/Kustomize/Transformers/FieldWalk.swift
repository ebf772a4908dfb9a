// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Follows a field spec through an object and changes what it leads to, lists on the way in all their items.
struct FieldWalk {
    /// What is made where a field is missing and the spec says so.
    enum Creation {
        case nothing, scalar, map
    }

    let spec: FieldSpec
    let creation: Creation

    /// Calls `change` with each value that the spec leads to. A scalar that was made is null.
    func apply(
        to value: inout Value, _ change: (inout Value) throws(WalkFailure) -> Void
    ) throws(WalkFailure) {
        try walk(&value, spec.steps[...], change)
    }

    private func walk(
        _ value: inout Value, _ steps: ArraySlice<FieldSpec.Step>,
        _ change: (inout Value) throws(WalkFailure) -> Void
    ) throws(WalkFailure) {
        guard let step = steps.first else { return try change(&value) }
        if value.isNull { return }
        switch value.shape {
        case .list:
            _ = try value.editArray { (items) throws(WalkFailure) in
                for index in items.indices { try walk(&items[index], steps, change) }
            }
        case .map:
            _ = try value.editObject { (object) throws(WalkFailure) in
                try follow(step, in: &object, steps.dropFirst(), change)
            }
        case .null, .scalar:
            throw WalkFailure(reason: "\(step.name) is looked for in \(value.kindInWords)")
        }
    }

    private func follow(
        _ step: FieldSpec.Step, in object: inout Object, _ rest: ArraySlice<FieldSpec.Step>,
        _ change: (inout Value) throws(WalkFailure) -> Void
    ) throws(WalkFailure) {
        let creates = spec.creates && creation != .nothing && !step.isList
        let isMap = !rest.isEmpty || creation == .map
        if object[step.name] == nil {
            guard creates else { return }
            object[step.name] = isMap ? .object(Object()) : .null
        }
        _ = try object.edit(step.name) { (value) throws(WalkFailure) in
            if value.isNull {
                if creates, isMap { value = .object(Object()) }
                if step.isList { value = .array([]) }
            }
            try walk(&value, rest, change)
        }
    }
}

/// Why a field cannot be changed.
struct WalkFailure: Error {
    var reason: String
}

extension Resource {
    /// Changes the field that a spec leads to, when the spec is for this kind of object.
    mutating func change(
        _ spec: FieldSpec, creating creation: FieldWalk.Creation, by what: @autoclosure () -> String,
        _ change: (inout Value) throws(WalkFailure) -> Void
    ) throws(KustomizeError) {
        guard type.matches(spec.type) else { return }
        do throws(WalkFailure) {
            try FieldWalk(spec: spec, creation: creation).apply(to: &value, change)
        } catch {
            throw KustomizeError(
                place.asPlace, "\(what()) cannot change \(spec.path) of \(id): \(error.reason)")
        }
    }
}
