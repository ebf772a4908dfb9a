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
    /// Whether what a field becomes is measured, and not only a long text.
    var isMeasured = false

    /// Longer texts count where they are put.
    private static let shortText = 4096

    /// Calls `change` with each value that the spec leads to. A scalar that was made is null.
    func apply(
        to value: inout Value, _ allowance: inout Allowance, _ change: (inout Value) throws(WalkFailure) -> Void
    ) throws(WalkFailure) {
        guard spec.steps.count <= allowance.depth else {
            throw WalkFailure(reason: "the path has more than \(allowance.depth) steps", isBudget: true)
        }
        try walk(&value, spec.steps[...], &allowance, change)
    }

    private func end(
        at value: inout Value, _ allowance: inout Allowance, _ change: (inout Value) throws(WalkFailure) -> Void
    ) throws(WalkFailure) {
        try change(&value)
        if isMeasured {
            guard allowance.put(value, below: spec.steps.count) else { throw WalkFailure(allowance) }
        } else if case .string(let text) = value, text.utf8.count > Self.shortText {
            guard allowance.put(bytes: text.utf8.count) else { throw WalkFailure(allowance) }
        }
    }

    private func walk(
        _ value: inout Value, _ steps: ArraySlice<FieldSpec.Step>, _ allowance: inout Allowance,
        _ change: (inout Value) throws(WalkFailure) -> Void
    ) throws(WalkFailure) {
        guard allowance.take() else { throw WalkFailure(allowance) }
        guard let step = steps.first else { return try end(at: &value, &allowance, change) }
        if value.isNull { return }
        switch value.shape {
        case .list:
            _ = try value.editArray { (items) throws(WalkFailure) in
                for index in items.indices { try walk(&items[index], steps, &allowance, change) }
            }
        case .map:
            _ = try value.editObject { (object) throws(WalkFailure) in
                try follow(step, in: &object, steps.dropFirst(), &allowance, change)
            }
        case .null, .scalar:
            throw WalkFailure(reason: "\(step.name) is looked for in \(value.kindInWords)")
        }
    }

    private func follow(
        _ step: FieldSpec.Step, in object: inout Object, _ rest: ArraySlice<FieldSpec.Step>,
        _ allowance: inout Allowance, _ change: (inout Value) throws(WalkFailure) -> Void
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
            try walk(&value, rest, &allowance, change)
        }
    }
}

/// Why a field cannot be changed.
struct WalkFailure: Error {
    var reason: String
    var isBudget = false
}

extension WalkFailure {
    /// By an allowance that is spent.
    init(_ allowance: Allowance) { self.init(reason: allowance.refusal, isBudget: true) }
}

extension Resource {
    /// Changes the field that a spec leads to, when the spec is for this kind of object.
    mutating func change(
        _ spec: FieldSpec, creating creation: FieldWalk.Creation, by what: @autoclosure () -> String,
        _ allowance: inout Allowance, isMeasured: Bool = false, _ change: (inout Value) throws(WalkFailure) -> Void
    ) throws(KustomizeError) {
        do throws(WalkFailure) {
            guard allowance.take() else { throw WalkFailure(allowance) }
            guard type.matches(spec.type) else { return }
            try FieldWalk(spec: spec, creation: creation, isMeasured: isMeasured).apply(to: &value, &allowance, change)
        } catch {
            throw KustomizeError(
                place.asPlace, "\(what()) cannot change \(spec.path) of \(id): \(error.reason)",
                code: error.isBudget ? .tooMuch : .invalid)
        }
    }
}
