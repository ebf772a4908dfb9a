// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import KubernetesClient
package import Manifest

extension TestCluster {
    /// Has a cluster hand on what is asked of a group to a server on this machine, which must speak TLS. The service
    /// goes with its namespace.
    ///
    /// - Returns: where the APIService lies, to be deleted.
    package static func aggregate(
        _ group: Text, servedOn port: Int, _ client: KubernetesClient, in namespace: Text
    ) async throws -> ObjectAddress {
        let options = WriteOptions(manager: "trimtab-tests")
        let services = try await client.resource(of: GroupVersionKind(group: "", version: "v1", kind: "Service"))
        let number: Value = .number(Number(Int64(port)))
        try await client.create(
            [
                "apiVersion": "v1", "kind": "Service", "metadata": ["name": "aggregated"],
                "spec": ["type": "ExternalName", "externalName": "localhost", "ports": [["port": number]]],
            ], at: ObjectAddress(services, namespace: namespace, name: "aggregated"), options)
        let registry = try await client.resource(
            of: GroupVersionKind(group: "apiregistration.k8s.io", version: "v1", kind: "APIService"))
        let address = ObjectAddress(registry, name: "v1.\(group)")
        try await client.create(
            [
                "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
                "metadata": ["name": .string(address.name)],
                "spec": [
                    "group": .string(group), "version": "v1", "groupPriorityMinimum": 1000, "versionPriority": 15,
                    "insecureSkipTLSVerify": true,
                    "service": ["namespace": .string(namespace), "name": "aggregated", "port": number],
                ],
            ], at: address, options)
        return address
    }

    /// Waits until a cluster serves a kind.
    package static func wait(for kind: Text, in group: Text, _ client: KubernetesClient) async throws -> ResourceType {
        while true {
            if let resource = try await client.discovery(.refreshed).preferred(group: group, kind: kind) {
                return resource
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
