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
        package let check: Check
    }

    package static let items: [Item] = writing + applying + deleting + querying

    static func item(_ name: String, _ check: @escaping Check) -> Item {
        Item(description: name, check: check)
    }

    static let manager = WriteOptions(manager: "one")
    static let other = WriteOptions(manager: "two")

    static func map(
        _ api: any ClusterAPI, _ namespace: Text, _ name: Text = "a"
    ) async throws -> ObjectAddress {
        let resource = try await api.resource(of: GroupVersionKind(group: "", version: "v1", kind: "ConfigMap"))
        return ObjectAddress(resource, namespace: namespace, name: name)
    }

    package static func configMap(_ name: Text, _ data: Object, labels: Object = [:]) -> Value {
        var metadata: Object = ["name": .string(name)]
        if !labels.isEmpty { metadata["labels"] = .object(labels) }
        return ["apiVersion": "v1", "kind": "ConfigMap", "metadata": .object(metadata), "data": .object(data)]
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
