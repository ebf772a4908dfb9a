// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// What a strategic merge must know of a place in an object: which of its lists are merged, and by which keys.
enum MergeSchema: Sendable {
    /// A map of a built-in type, by its index in the table.
    case builtin(Int)
    /// A list.
    ///
    /// - Parameters:
    ///   - keys: what tells its items apart; empty for texts, which are their own keys; `nil` when the list is
    ///     replaced as a whole.
    ///   - element: the built-in type of its items.
    case list(keys: [Text]?, element: Int?)
    /// A place in a schema that a kustomization brings.
    case custom(OpenAPISchema.Node)

    func field(_ name: Text) -> MergeSchema? {
        switch self {
        case .builtin(let type): BuiltinSchema.table.field(name, of: type)
        case .list: nil
        case .custom(let node): node.field(name)
        }
    }

    var elements: MergeSchema? {
        switch self {
        case .builtin: nil
        case .list(_, let element): element.map { .builtin($0) }
        case .custom(let node): node.elements
        }
    }

    /// The keys of a list that is merged; `nil` when it is replaced.
    var mergeKeys: [Text]? {
        switch self {
        case .builtin: nil
        case .list(let keys, _): keys
        case .custom(let node): node.mergeKeys
        }
    }
}

/// The schemas of whole objects.
enum ObjectSchemas: Sendable {
    case builtin
    /// In place of the built-in ones.
    case custom(OpenAPISchema)

    func schema(of type: GroupVersionKind) -> MergeSchema? {
        switch self {
        case .builtin: BuiltinSchema.table.root(of: type).map { .builtin($0) }
        case .custom(let schema): schema.node(of: type).map { .custom($0) }
        }
    }

    /// The schema that an object names itself, by its `apiVersion` and `kind`.
    func schema(ofObject object: Object) -> MergeSchema? {
        guard let kind = object["kind"]?.stringValue, let version = object["apiVersion"]?.stringValue,
            !kind.isEmpty, !version.isEmpty
        else { return nil }
        return schema(of: GroupVersionKind(apiVersion: version, kind: kind))
    }
}
