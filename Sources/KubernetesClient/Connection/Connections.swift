// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Connections by name. What a name stands for lies in the agent's own folder, never in Git: `NAME.kubeconfig`. The
/// name `in-cluster` stands for the service account of the pod that the agent runs in.
package struct Connections: Sendable {
    package static let inCluster: Text = "in-cluster"

    /// The folder, without a slash at the end.
    package let folder: Text

    package init(folder: Text) { self.folder = folder }

    package func connection(_ name: Text) async throws(KubernetesError) -> Connection {
        if name == Self.inCluster { return try await InCluster.connection() }
        let file = Text("\(folder)/\(try checked(name)).kubeconfig")
        return try await Self.connection(file: file)
    }

    /// The connection of a kubeconfig by its path; it must be readable by its owner only.
    package static func connection(file: Text, context: Text? = nil) async throws(KubernetesError) -> Connection {
        try Kubeconfig.connection(await SmallFile.read(file, mustBePrivate: true), file: file, context: context)
    }

    /// A single file name, so that no name leads elsewhere.
    private func checked(_ name: Text) throws(KubernetesError) -> Text {
        let isWord = name.utf8.allSatisfy { byte in
            0x30...0x39 ~= byte || 0x61...0x7A ~= byte | 0x20 || byte == 0x2D || byte == 0x5F || byte == 0x2E
        }
        guard isWord, !name.isEmpty, name.utf8.count <= 100, name.utf8.first != UInt8(ascii: ".") else {
            throw KubernetesError(
                .configuration, subject: Text("connection \(name.quoted)"),
                message: "a name has only letters, digits, \"-\", \"_\" and \".\"")
        }
        return name
    }
}
