// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation

/// Secrets of stores on their way to a host.
extension TrialSite {
    /// Where ``declareDatabase(in:path:key:content:)`` puts its file on the target dev.
    static let database = "fleet/sandbox/dev/srv/site/database.env"

    /// A file of the host that holds a value of a store, where its content says `${password}`.
    func declareDatabase(
        in store: String, path: String, key: String = "value", content: String = "password=${password}"
    ) throws {
        try write(
            """
            apiVersion: host.trimtab.dev/v1alpha1
            kind: File
            metadata: {name: database}
            spec:
              path: /srv/site/database.env
              content: |
                \(content)
            ---
            apiVersion: secrets.trimtab.dev/v1alpha1
            kind: SecretMapping
            metadata: {name: database}
            spec:
              object: {kind: File, name: database}
              values:
                password: {store: \(store), path: \(path), key: \(key)}

            """, to: "fleet/apps/web/database.yaml")
    }

    /// - Parameter place: `folder: …`, `vault: …`.
    func declareStore(_ name: String, _ place: String, allow: String = "[{projects: [site], paths: [\"**\"]}]") throws {
        try write(
            """
            kind: SecretStore
            metadata: {name: \(name)}
            spec:
              \(place)
              interval: 1s
              allow: \(allow)

            """, to: "fleet/platform/stores.yaml")
    }

    /// The agent's connection `main`.
    /// - Parameter projects: for which transit keys are used, too.
    func connect(
        to address: String, signIn: String = "{appRole: {role: role-1, secret: secret-1}}", projects: String = "[]"
    ) throws {
        try writePrivate(
            "address: \(address)\nsignIn: \(signIn)\nprojects: \(projects)\n", to: "state/stores/main.yaml")
    }

    /// A file that nobody else may read.
    func writePrivate(_ content: String, to path: String) throws {
        try write(content, to: path)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: folder.appending(path: path).path)
    }
}
