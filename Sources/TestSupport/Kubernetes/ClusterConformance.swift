// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import KubernetesClient
package import Manifest
import Testing

/// What any cluster must do that claims to be one: run on the twin in memory and on a real server.
///
/// Each check has a namespace of its own, which it finds empty.
package struct ClusterConformance: Sendable {
    package typealias Check = @Sendable (_ api: any ClusterAPI, _ namespace: Text) async throws -> Void

    package struct Item: Sendable, CustomStringConvertible {
        package let description: String
        /// Of no kind but ConfigMap, so that it holds for another of that shape too: see ``apiVersion``.
        package let isOfMaps: Bool
        package let check: Check
    }

    package static let items: [Item] = writing + applying + deleting + querying

    /// The API version of the kind that the items are about: a server for custom resources alone has no `v1`.
    @TaskLocal package static var apiVersion: Text = "v1"

    static func item(_ name: String, isOfMaps: Bool = true, _ check: @escaping Check) -> Item {
        Item(description: name, isOfMaps: isOfMaps, check: check)
    }

    static let manager = WriteOptions(manager: "one")
    static let other = WriteOptions(manager: "two")

    static func map(
        _ api: any ClusterAPI, _ namespace: Text, _ name: Text = "a"
    ) async throws -> ObjectAddress {
        guard let version = GroupVersion(apiVersion: apiVersion) else { throw NoVersion() }
        let resource = try await api.resource(of: GroupVersionKind(version, kind: "ConfigMap"))
        return ObjectAddress(resource, namespace: namespace, name: name)
    }

    private struct NoVersion: Error {}

    package static func configMap(_ name: Text, _ data: Object, labels: Object = [:]) -> Value {
        var metadata: Object = ["name": .string(name)]
        if !labels.isEmpty { metadata["labels"] = .object(labels) }
        return [
            "apiVersion": .string(apiVersion), "kind": "ConfigMap", "metadata": .object(metadata),
            "data": .object(data),
        ]
    }

    static func code(_ body: () async throws -> Void) async -> KubernetesError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? KubernetesError)?.code
        }
    }
}

extension Value {
    /// The object with the value of a path of keys set.
    package func with(_ path: [Text], _ value: Value) -> Value {
        guard let key = path.first else { return value }
        var object = objectValue ?? Object()
        object[key] = (object[key] ?? [:]).with(Array(path.dropFirst()), value)
        return .object(object)
    }
}
