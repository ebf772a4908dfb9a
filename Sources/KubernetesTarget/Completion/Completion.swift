// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest

/// Makes a manifest what the server makes of it, as far as an apply and a comparison need it.
///
/// Servers up to 1.2x refuse an apply whose list items lack a field that tells them from each other, even one with a
/// default; `stringData` is written and never read. Neither is a difference to show.
enum Completion {
    static func complete(_ manifest: Value) -> Value {
        guard var object = manifest.objectValue else { return manifest }
        object["status"] = nil
        if var metadata = object["metadata"]?.objectValue {
            for key in serverFields { metadata[key] = nil }
            object["metadata"] = .object(metadata)
        }
        if object["kind"] == "Secret", object["apiVersion"] == "v1" { SecretData.merge(into: &object) }
        return PortProtocol.complete(.object(object).withoutNulls, kind: object["kind"]?.stringValue ?? "")
    }

    /// Fields of metadata that an apply must not carry.
    private static let serverFields: [Text] = [
        "creationTimestamp", "deletionTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid",
    ]
}

extension Value {
    /// A null field is one that is not set: servers drop it.
    fileprivate var withoutNulls: Value {
        switch self {
        case .object(let object):
            .object(
                Object(
                    uniquePairs: object.pairs.compactMap { $0.value == .null ? nil : ($0.key, $0.value.withoutNulls) }))
        case .array(let items): .array(items.map(\.withoutNulls))
        case .null, .bool, .number, .string, .secret: self
        }
    }
}
