// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What every object on a server has in its metadata. `nil` where it has not.
extension Value {
    package var metadata: Object? { self["metadata"]?.objectValue }

    package var objectName: Text? { metadata?["name"]?.stringValue }
    package var objectNamespace: Text? { metadata?["namespace"]?.stringValue }
    package var uid: Text? { metadata?["uid"]?.stringValue }
    /// Opaque: it is compared for equality, and handed back, and nothing else.
    package var resourceVersion: Text? { metadata?["resourceVersion"]?.stringValue }
    package var generation: Int64? { metadata?["generation"]?.intValue }
    /// Deleted, and waiting for its finalizers or its grace period.
    package var isTerminating: Bool { metadata?["deletionTimestamp"]?.stringValue != nil }

    package func label(_ key: Text) -> Text? { metadata?["labels"]?[key]?.stringValue }
    package func annotation(_ key: Text) -> Text? { metadata?["annotations"]?[key]?.stringValue }
}

extension Value {
    /// The object with `apiVersion` and `kind` in front: servers leave them out of the items of built-in lists.
    func typed(as resource: ResourceType) -> Value {
        guard case .object(let object) = self, object["kind"] == nil || object["apiVersion"] == nil else { return self }
        var pairs: [Object.Pair] = [
            ("apiVersion", .string(resource.groupVersion.apiVersion)), ("kind", .string(resource.kind)),
        ]
        pairs += object.pairs.filter { $0.key != "apiVersion" && $0.key != "kind" }
        return .object(Object(uniquePairs: pairs))
    }

    /// Only what says which object it is and who manages it. Servers that reduce call that a PartialObjectMetadata.
    func metadataOnly(of resource: ResourceType) -> Value {
        [
            "apiVersion": .string(resource.groupVersion.apiVersion), "kind": .string(resource.kind),
            "metadata": self["metadata"] ?? [:],
        ]
    }
}
