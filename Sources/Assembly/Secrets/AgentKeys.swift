// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Glibc
import Manifest
import Secrets

/// The keys of an agent: files in a folder of its own, `keys` in the state folder, that nobody else may read.
struct AgentKeys: Sendable {
    let folder: Text
    /// Serves a person at a terminal, whose own keys count, too.
    private let countsUser: Bool
    /// Signs in to the servers that the agent has connections to; `nil` where none are known.
    private let transit: Transit?

    init(state: String, countsUser: Bool, transit: Transit? = nil) {
        folder = Text(state + "/keys")
        self.countsUser = countsUser
        self.transit = transit
    }

    /// The home of the agent's own `gpg`, where there is one.
    private var openPGP: OpenPGP? {
        let home = "\(folder)/gnupg"
        guard KeyFiles.permissions(home) != nil else { return nil }
        return OpenPGP(environment: ["GNUPGHOME": home, "HOME": home, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"])
    }

    /// Read anew each time: a key that is put there serves the next look.
    func ring() throws(SecretsError) -> KeyRing {
        var ring = countsUser ? try KeyRing.ofUser(keyFile: nil) : KeyRing()
        // The agent's own go before those of whoever runs it.
        ring.openPGP = openPGP ?? ring.openPGP
        if ring.transit == nil { ring.transit = transit }
        for path in try files() {
            if let permissions = KeyFiles.permissions(path), permissions & 0o077 != 0 {
                throw SecretsError(
                    .noKey, "\(path): others may read this key", advice: "chmod 600 \(path)")
            }
            guard let bytes = try KeyFiles.read(path) else { continue }
            ring.identities += try KeyPlaces.identities(in: bytes, from: path)
        }
        return ring
    }

    private func files() throws(SecretsError) -> [String] {
        guard let stream = opendir(folder.string) else {
            if errno == ENOENT { return [] }
            throw SecretsError(.noKey, "\(folder): cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix("."), name != "gnupg" { names.append("\(folder)/\(name)") }
        }
        return names.sorted()
    }
}
