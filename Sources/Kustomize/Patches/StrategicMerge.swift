// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Merges a patch into an object as kustomize does: maps by key, lists by their merge keys or as a whole, a null removes,
/// `$patch` replaces or deletes.
///
/// What a patch adds to a list comes first. Values that are not there (`key:`) do not survive a merge, in the object as
/// in the patch; kustomize has it so.
struct StrategicMerge {
    /// What becomes of the value that a patch was merged into.
    enum Outcome {
        case kept
        case removed
        /// By a map that says `$patch: replace`; the old value is left as it was.
        case replaced(Value)
    }

    let schemas: ObjectSchemas
    /// Texts of the object that stood in quotes.
    let quoted: Set<Text>
    var allowance: Allowance

    static let directive: Text = "$patch"

    /// - Returns: whether the object is still there.
    mutating func apply(_ patch: Value, to object: inout Value) throws(MergeFailure) -> Bool {
        switch try merge(&object, patch, nil) {
        case .kept: return true
        case .removed: return false
        case .replaced(let value):
            object = value
            return true
        }
    }

    /// - Parameter patch: `nil` where the patch says nothing.
    mutating func merge(
        _ value: inout Value, _ patch: Value?, _ known: MergeSchema?
    ) throws(MergeFailure) -> Outcome {
        try count()
        if value.isNull {
            guard let patch else { return value == .null ? .removed : .kept }
            guard let added = try added(patch, known) else { return .removed }
            value = added
            return .kept
        }
        if let patch, patch.isNull { return .removed }
        switch value.shape {
        case .map: return try mergeMap(&value, patch, known ?? schema(of: value, or: patch))
        case .list:
            guard let keys = known?.mergeKeys else {
                guard let patch else { return .kept }
                guard patch.arrayValue != nil else { throw Self.mismatch(value, patch) }
                value = patch
                return .kept
            }
            return try mergeList(&value, patch, keys: keys, elements: known?.elements)
        case .null, .scalar:
            guard let patch else { return .kept }
            guard let text = patch.scalarText else { throw Self.mismatch(value, patch) }
            value = value.isQuoted(quoted) ? .string(text) : patch
            return .kept
        }
    }

    /// What a patch adds where nothing was: itself, without nulls and directives. `nil` for nothing.
    mutating func added(_ patch: Value, _ known: MergeSchema?) throws(MergeFailure) -> Value? {
        try count()
        if patch.isNull { return nil }
        switch patch {
        case .object(var object):
            let schema = known ?? schemas.schema(ofObject: object)
            if try Self.takeDirective(from: &object) == .delete { return nil }
            return .object(try cleaned(object, schema))
        case .array:
            guard let keys = known?.mergeKeys else { return patch }
            var list = patch
            _ = try mergeList(&list, nil, keys: keys, elements: known?.elements)
            return list
        default: return patch
        }
    }

    private mutating func mergeMap(
        _ value: inout Value, _ patch: Value?, _ schema: MergeSchema?
    ) throws(MergeFailure) -> Outcome {
        guard let patch else {
            try clean(&value, schema)
            return .kept
        }
        guard case .object(var changes) = patch else { throw Self.mismatch(value, patch) }
        switch try Self.takeDirective(from: &changes) {
        case .delete: return .removed
        case .replace: return .replaced(.object(try cleaned(changes, schema)))
        case .merge: break
        }
        guard case .object(var object) = value else { return .kept }
        value = .null
        var removed: [Text] = []
        var merged = Array(repeating: false, count: changes.count)
        for index in object.pairs.indices {
            let key = object.pairs[index].key
            let change = changes.pairs.firstIndex { $0.key == key }
            if let change { merged[change] = true }
            let outcome = try inPath(of: .key(key)) { (merge) throws(MergeFailure) in
                try merge.merge(&object[at: index], change.map { changes.pairs[$0].value }, schema?.field(key))
            }
            switch outcome {
            case .kept: break
            case .removed: removed.append(key)
            case .replaced(let new): object[at: index] = new
            }
        }
        for key in removed { object[key] = nil }
        for (index, (key, change)) in changes.pairs.enumerated() where !merged[index] {
            let new = try inPath(of: .key(key)) { (merge) throws(MergeFailure) in
                try merge.added(change, schema?.field(key))
            }
            if let new { object.appendNew(key, new) }
        }
        value = .object(object)
        return .kept
    }

    /// Removes values that are not there, at every level that a merge would walk.
    private mutating func clean(_ value: inout Value, _ schema: MergeSchema?) throws(MergeFailure) {
        guard case .object(var object) = value else { return }
        value = .null
        var removed: [Text] = []
        for index in object.pairs.indices {
            let key = object.pairs[index].key
            switch object.pairs[index].value.shape {
            case .null: removed.append(key)
            case .map, .list:
                if case .removed = try merge(&object[at: index], nil, schema?.field(key)) { removed.append(key) }
            case .scalar: break
            }
        }
        for key in removed { object[key] = nil }
        value = .object(object)
    }

    private mutating func cleaned(_ object: Object, _ schema: MergeSchema?) throws(MergeFailure) -> Object {
        var pairs: [Object.Pair] = []
        pairs.reserveCapacity(object.count)
        for (key, value) in object.pairs {
            if let value = try added(value, schema?.field(key)) { pairs.append((key, value)) }
        }
        return Object(uniquePairs: pairs)
    }

    private func schema(of value: Value, or patch: Value?) -> MergeSchema? {
        value.objectValue.flatMap { schemas.schema(ofObject: $0) }
            ?? patch?.objectValue.flatMap { schemas.schema(ofObject: $0) }
    }

    mutating func count(_ amount: Int = 1) throws(MergeFailure) {
        if !allowance.take(amount) { throw .takesTooLong }
    }

    mutating func inPath<Result>(
        of step: FieldPath.Step, _ body: (inout StrategicMerge) throws(MergeFailure) -> Result
    ) throws(MergeFailure) -> Result {
        do throws(MergeFailure) {
            return try body(&self)
        } catch {
            var error = error
            error.path.insert(step, at: 0)
            throw error
        }
    }

    static func mismatch(_ value: Value, _ patch: Value) -> MergeFailure {
        MergeFailure(reason: "the patch has \(patch.kindInWords) where the object has \(value.kindInWords)")
    }
}

/// Why a patch cannot be merged, and at which field.
struct MergeFailure: Error {
    var reason: String
    var path: [FieldPath.Step] = []
    var isBudget = false

    static let takesTooLong = MergeFailure(reason: "the patches of this build take too long", isBudget: true)
}

extension StrategicMerge {
    /// What a map says under `$patch` of itself.
    enum Directive: Text {
        case merge, replace, delete
    }

    /// The directive of a map, which is removed from it.
    static func takeDirective(from object: inout Object) throws(MergeFailure) -> Directive {
        guard let written = object[directive] else { return .merge }
        guard let text = written.scalarText, let found = Directive(rawValue: text) else {
            throw MergeFailure(reason: "$patch must be merge, replace or delete")
        }
        object[directive] = nil
        return found
    }
}

extension Object {
    /// Adds a pair whose key the caller knows to be new.
    mutating func appendNew(_ key: Text, _ value: Value) { self[key] = value }
}
