// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Foundation
import Glibc
import Manifest
import Secrets

extension KeyRing {
    /// The keys of whoever runs this process: their files, their `gpg`, their token.
    static func ofUser(keyFile: Text?) throws(SecretsError) -> KeyRing {
        let environment = Self.environment
        var identities = try KeyPlaces.identities(environment: environment) { path throws(SecretsError) in
            try KeyFiles.read(path.string)
        }
        if let keyFile {
            guard let bytes = try KeyFiles.read(keyFile.string) else {
                throw SecretsError(.noKey, "\(keyFile): there is no such file")
            }
            identities = try KeyPlaces.identities(in: bytes, from: keyFile.string) + identities
        }
        let token = ["VAULT_TOKEN", "BAO_TOKEN"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        return KeyRing(
            identities: identities,
            openPGP: OpenPGP(executable: Text(environment["SOPS_GPG_EXEC"] ?? "gpg"), environment: environment),
            transit: token.map { Transit(token: Secret(Text($0)), send: VaultTransport().send) })
    }

    /// What looking for keys and running `gpg` needs of the process's environment.
    private static var environment: [String: String] {
        var environment: [String: String] = [:]
        for name in [
            "HOME", "PATH", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "GNUPGHOME", "GPG_TTY", "GPG_AGENT_INFO", "TERM",
            "DISPLAY", "WAYLAND_DISPLAY", "LANG", "SSH_AUTH_SOCK", "SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE",
            "SOPS_AGE_SSH_PRIVATE_KEY_FILE", "SOPS_GPG_EXEC", "VAULT_TOKEN", "BAO_TOKEN",
        ] {
            if let value = getenv(name) { environment[name] = String(cString: value) }
        }
        return environment
    }
}

/// Files that hold keys.
enum KeyFiles {
    static let limit = 1 << 20

    /// Who may do what with it; `nil` when there is no such file.
    static func permissions(_ path: String) -> Int? {
        // A link says nothing of what it leads to.
        let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        return (try? FileManager.default.attributesOfItem(atPath: real))?[.posixPermissions] as? Int
    }

    /// `nil` when there is no such file.
    ///
    /// - Parameter limit: of bytes; more is an error.
    static func read(_ path: String, limit: Int = Self.limit) throws(SecretsError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw SecretsError(.noKey, "\(path): cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0 else {
                throw SecretsError(.noKey, "\(path): cannot be read: \(String(cString: strerror(errno)))")
            }
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
            guard bytes.count <= limit else { throw SecretsError(.noKey, "\(path): has more than \(limit) bytes") }
        }
    }
}
