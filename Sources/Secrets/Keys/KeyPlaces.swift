// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Age
package import Manifest

/// Where keys of age are customarily kept.
package enum KeyPlaces {
    /// Reads a file, whole; `nil` when there is none.
    package typealias Reader = (Text) throws(SecretsError) -> [UInt8]?

    /// Keys for someone at a terminal: those of `SOPS_AGE_KEY`, `SOPS_AGE_KEY_FILE` and
    /// `SOPS_AGE_SSH_PRIVATE_KEY_FILE`, and the files that `sops` looks at.
    package static func identities(
        environment: [String: String], read: Reader
    ) throws(SecretsError) -> [Identity] {
        var identities: [Identity] = []
        if let keys = environment["SOPS_AGE_KEY"], !keys.isEmpty {
            identities += try Self.identities(in: Array(keys.utf8), from: "$SOPS_AGE_KEY")
        }
        for name in ["SOPS_AGE_KEY_FILE", "SOPS_AGE_SSH_PRIVATE_KEY_FILE"] {
            guard let path = environment[name], !path.isEmpty else { continue }
            guard let bytes = try read(Text(path)) else {
                throw SecretsError(.noKey, "\(path): there is no such file ($\(name) names it)")
            }
            identities += try Self.identities(in: bytes, from: path)
        }
        let home = environment["HOME"] ?? ""
        let configuration = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(home)/.config"
        if !configuration.hasPrefix("/") { return identities }
        let path = "\(configuration)/sops/age/keys.txt"
        if let bytes = try read(Text(path)) { identities += try Self.identities(in: bytes, from: path) }
        let sshPath = "\(home)/.ssh/id_ed25519"
        if home.hasPrefix("/"), let bytes = try read(Text(sshPath)) {
            // A key that is locked is nothing unusual there.
            identities += (try? Self.identities(in: bytes, from: sshPath)) ?? []
        }
        return identities
    }

    /// - Parameter name: of the place, for an error.
    package static func identities(in bytes: [UInt8], from name: String) throws(SecretsError) -> [Identity] {
        do throws(AgeError) {
            return try KeyFile.identities(bytes)
        } catch {
            throw SecretsError(.noKey, "\(name): \(error)")
        }
    }
}
