// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
package import Manifest

/// The connection of a pod: the address in its environment, the token and the authority that the kubelet mounts and
/// exchanges.
package enum InCluster {
    package static let folder: Text = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// - Parameter environment: where the address stands.
    package static func connection(
        folder: Text = folder, environment: (String) -> String? = { getenv($0).map { String(cString: $0) } }
    ) async throws(KubernetesError) -> Connection {
        guard let host = environment("KUBERNETES_SERVICE_HOST"), let port = environment("KUBERNETES_SERVICE_PORT"),
            let server = ServerAddress(Text("https://\(host.contains(":") ? "[\(host)]" : host):\(port)"))
        else {
            throw KubernetesError(
                .configuration, subject: "connection in-cluster",
                message:
                    "this process does not run in a pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set"
            )
        }
        let namespace = try? await SmallFile.read(Text("\(folder)/namespace"))
        return Connection(
            server: server, authorities: .file(Text("\(folder)/ca.crt")),
            credential: Credential(bearer: .tokenFile(Text("\(folder)/token"))),
            namespace: namespace.flatMap { Text(utf8: $0.filter { $0 > 0x20 }) })
    }
}
