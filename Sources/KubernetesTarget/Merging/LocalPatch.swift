// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest

/// Patches as servers apply them, for kinds that their server does not patch. Pure.
enum LocalPatch {
    /// - Throws: `invalid` when an operation does not fit the object, `conflict` when the object is not at the version
    ///   that the patch names.
    static func apply(_ patch: Patch, to live: Value, subject: Text) throws(KubernetesError) -> Value {
        switch patch {
        case .merge(let change):
            if let version = change.resourceVersion, version != live.resourceVersion {
                throw KubernetesError(.conflict, subject: subject, message: "has changed meanwhile", status: 409)
            }
            return merge(change, into: live)
        case .json(let operations):
            var value = live
            for operation in operations {
                guard let next = edit(value, operation) else {
                    let isTest = operation["op"] == "test"
                    throw KubernetesError(
                        isTest ? .conflict : .invalid, subject: subject,
                        message: isTest ? "has changed meanwhile" : "the patch does not fit it",
                        status: isTest ? 409 : 422)
                }
                value = next
            }
            return value
        }
    }

    /// RFC 7386.
    private static func merge(_ change: Value, into live: Value?) -> Value {
        guard case .object(let change) = change else { return change }
        var object = live?.objectValue ?? Object()
        for (key, value) in change.pairs { object[key] = value == .null ? nil : merge(value, into: object[key]) }
        return .object(object)
    }

    /// RFC 6902's `test`, `remove` and `replace`; `nil` when it does not fit.
    private static func edit(_ value: Value, _ operation: Value) -> Value? {
        guard let pointer = operation["path"]?.stringValue else { return nil }
        let names = pointer.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
            .compactMap { Text(utf8: $0) }
            .map { Text($0.string.replacing("~1", with: "/").replacing("~0", with: "~")) }
        return edit(value, names[...], operation)
    }

    private static func edit(_ value: Value, _ names: ArraySlice<Text>, _ operation: Value) -> Value? {
        guard let name = names.first else {
            switch operation["op"] {
            case "test": return operation["value"] == value ? value : nil
            case "replace": return operation["value"]
            default: return nil
            }
        }
        let isRemoval = names.count == 1 && operation["op"] == "remove"
        switch value {
        case .object(var object):
            guard let inner = object[name] else { return nil }
            if isRemoval {
                object[name] = nil
            } else {
                guard let next = edit(inner, names.dropFirst(), operation) else { return nil }
                object[name] = next
            }
            return .object(object)
        case .array(var items):
            guard let index = Int(name.string), items.indices.contains(index) else { return nil }
            if isRemoval {
                items.remove(at: index)
            } else {
                guard let next = edit(items[index], names.dropFirst(), operation) else { return nil }
                items[index] = next
            }
            return .array(items)
        case .null, .bool, .number, .string, .secret: return nil
        }
    }
}

extension Patch {
    /// Whether it fits the object whatever was written to it meanwhile.
    var namesNoVersion: Bool {
        switch self {
        case .merge(let change): change.resourceVersion == nil
        case .json(let operations): !operations.contains { $0["op"] == "test" }
        }
    }
}
