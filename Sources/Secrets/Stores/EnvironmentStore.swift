// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// The variables of the agent's process whose names begin in one way. They are what they were when it started.
package struct EnvironmentStore: SecretStoreReader {
    private let prefix: Text
    private let variables: [String: String]
    private let fingerprints: SecretFingerprints

    package init(prefix: Text, variables: [String: String], fingerprints: SecretFingerprints) {
        self.prefix = prefix
        self.variables = variables
        self.fingerprints = fingerprints
    }

    /// - Parameter path: a variable's whole name.
    package func read(_ path: Text, version: Int64?) async throws(StoreError) -> StoredSecret {
        guard version == nil else { throw StoreError(.missing, "the environment keeps no versions") }
        guard path.utf8.starts(with: prefix.utf8) else {
            throw StoreError(.denied, "\(path): does not begin with \(prefix)")
        }
        guard let text = variables[path.string] else { throw StoreError(.missing, "\(path): is not set") }
        let value = Secret(Array(text.utf8))
        return StoredSecret(
            version: fingerprints.fingerprint(of: value, in: path), values: [StoredSecret.onlyKey: value])
    }
}
