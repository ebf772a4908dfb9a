// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import FoundationEssentials
package import Manifest

/// A program that the operator's kubeconfig names to get credentials from (`client.authentication.k8s.io`). It is
/// never read from Git.
package struct ExecPlugin: Sendable, Hashable {
    /// A name to be looked for in PATH, or a path.
    package var command: Text
    package var arguments: [Text]
    package var environment: [Text: Text]
    /// `client.authentication.k8s.io/v1` or `v1beta1`.
    package var apiVersion: Text
    /// What to do where the program is missing.
    package var installHint: Text?
    /// The program is told which cluster it is for.
    package var providesClusterInfo: Bool

    package init(
        command: Text, arguments: [Text] = [], environment: [Text: Text] = [:],
        apiVersion: Text = "client.authentication.k8s.io/v1", installHint: Text? = nil,
        providesClusterInfo: Bool = false
    ) {
        self.command = command
        self.arguments = arguments
        self.environment = environment
        self.apiVersion = apiVersion
        self.installHint = installHint
        self.providesClusterInfo = providesClusterInfo
    }

    /// What the program finds in KUBERNETES_EXEC_INFO.
    func info(for connection: Connection, authorities: [UInt8]?) -> Value {
        var spec: Object = ["interactive": false]
        if providesClusterInfo {
            var cluster: Object = ["server": .string(Text("\(connection.server)"))]
            if let name = connection.serverName { cluster["tls-server-name"] = .string(name) }
            if !connection.verifiesServer { cluster["insecure-skip-tls-verify"] = true }
            if let authorities {
                cluster["certificate-authority-data"] = .string(Text(Data(authorities).base64EncodedString()))
            }
            spec["cluster"] = .object(cluster)
        }
        return ["apiVersion": .string(apiVersion), "kind": "ExecCredential", "spec": .object(spec)]
    }
}
