// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Glibc
import Manifest
import Model
import Secrets

/// The keys of an agent: files in a folder of its own, `keys` in the state folder, that nobody else may read. What lies
/// there opens for every project; what lies in `keys/projects/NAME` opens for that one alone.
struct AgentKeys: Sendable {
    let folder: Text
    /// Serves a person at a terminal, whose own keys count, too.
    private let countsUser: Bool
    /// Signs in to the servers that the agent has connections to, as far as a project may; `nil` where none are known.
    private let transit: (@Sendable (ProjectName) -> Transit)?

    init(state: String, countsUser: Bool, transit: (@Sendable (ProjectName) -> Transit)? = nil) {
        folder = Text(state + "/keys")
        self.countsUser = countsUser
        self.transit = transit
    }

    func ownFolder(of project: ProjectName) -> Text { "\(folder)/projects/\(project)" }

    /// Read anew each time: a key that is put there serves the next look.
    func ring(for project: ProjectName) throws(SecretsError) -> KeyRing {
        var ring = countsUser ? try KeyRing.ofUser(keyFile: nil) : KeyRing()
        let folders = [ownFolder(of: project), folder]
        // The agent's own go before those of whoever runs it.
        let own = folders.compactMap(openPGP(in:))
        if !own.isEmpty { ring.openPGPs = own }
        if ring.transit == nil { ring.transit = transit?(project) }
        for folder in folders {
            for path in try files(in: folder) {
                if let permissions = KeyFiles.permissions(path), permissions & 0o077 != 0 {
                    throw SecretsError(.noKey, "\(path): others may read this key", advice: "chmod 600 \(path)")
                }
                guard let bytes = try KeyFiles.read(path) else { continue }
                ring.identities += try KeyPlaces.identities(in: bytes, from: path)
            }
        }
        return ring
    }

    /// The `gpg` whose home lies in a folder of keys, where one does.
    private func openPGP(in folder: Text) -> OpenPGP? {
        let home = "\(folder)/gnupg"
        guard KeyFiles.permissions(home) != nil else { return nil }
        return OpenPGP(environment: ["GNUPGHOME": home, "HOME": home, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"])
    }

    /// No folders: those of projects and of `gpg` lie there, and those that signatures of commits are verified with.
    private func files(in folder: Text) throws(SecretsError) -> [String] {
        guard let stream = opendir(folder.string) else {
            if errno == ENOENT { return [] }
            throw SecretsError(.noKey, "\(folder): cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { closedir(stream) }
        var paths: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            let path = "\(folder)/\(name)"
            let isFolder = access(path + "/.", F_OK) == 0
            if !name.hasPrefix("."), !isFolder { paths.append(path) }
        }
        return paths.sorted()
    }
}
