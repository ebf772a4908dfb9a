// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
package import Manifest
import Model
package import SystemPackage

/// The agent's folder of credentials, one file each. It and they belong to the agent's user, and nobody else may read
/// them.
package struct CredentialStore: Sendable {
    package let folder: FilePath

    /// The largest file of credentials, in bytes.
    private static let limit = 64 << 10

    package init(folder: FilePath) { self.folder = folder }

    /// Reads one by its name. Blocks for the length of a small file.
    package func credential(_ name: Text) throws(SourceFailure) -> Credential {
        try check(name)
        let file = folder.appending(name.string)
        let text = try read(file, of: name)
        var values: [String: String] = [:]
        // By bytes: to a string, the two that end a line elsewhere are one character.
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let line = Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let equals = line.firstIndex(of: "=") else { throw refuse(name, "a line is no key=value") }
            let key = String(line[..<equals])
            guard Self.keys.contains(key) else {
                throw refuse(name, "the key \"\(printable(Array(key.utf8)))\" is unknown")
            }
            guard values.updateValue(String(line[line.index(after: equals)...]), forKey: key) == nil else {
                throw refuse(name, "the key \"\(key)\" is there twice")
            }
        }
        guard let url = values["url"] else { throw refuse(name, "there is no \"url\" that they are bound to") }
        let address = try bound(to: url, name)
        return Credential(name: name, boundTo: address, means: try means(values, address, file, name))
    }

    private static let keys = ["url", "username", "password", "token", "identity", "known-hosts"]

    private func refuse(_ name: Text, _ reason: String) -> SourceFailure {
        .badCredentials(printable(Array(name.utf8.prefix(100))), reason: reason)
    }

    /// A single file name, so that no name leads elsewhere.
    private func check(_ name: Text) throws(SourceFailure) {
        let isWord = name.utf8.allSatisfy { byte in
            0x30...0x39 ~= byte || 0x61...0x7A ~= byte | 0x20 || byte == 0x2D || byte == 0x5F || byte == 0x2E
        }
        guard isWord, !name.isEmpty, name.utf8.count <= 100, name.utf8.first != UInt8(ascii: ".") else {
            throw refuse(name, "a name has only letters, digits, \"-\", \"_\" and \".\"")
        }
    }

    private func bound(to url: String, _ name: Text) throws(SourceFailure) -> RepositoryAddress {
        // An origin is an address without a path.
        let isBare = url.firstRange(of: "://").map { !url[$0.upperBound...].contains("/") } ?? false
        do throws(SourceFailure) {
            return try RepositoryAddress(parsing: Text(isBare ? url + "/." : url))
        } catch {
            throw refuse(name, "\"url\" must be like https://host or ssh://host")
        }
    }

    private func means(
        _ values: [String: String], _ address: RepositoryAddress, _ file: FilePath, _ name: Text
    ) throws(SourceFailure) -> Credential.Means {
        switch address.transport {
        case .https, .http:
            guard let password = values["password"] ?? values["token"], !password.isEmpty else {
                throw refuse(name, "there is neither a password nor a token")
            }
            guard values["password"] == nil || values["token"] == nil else {
                throw refuse(name, "there is a password and a token")
            }
            // Forges take any user beside a token.
            let username = values["username"] ?? "git"
            return .password(username: username, file: file, Secret(password))
        case .ssh:
            guard let identity = values["identity"] else { throw refuse(name, "SSH needs an \"identity\"") }
            let key = folder.pushing(FilePath(identity))
            _ = try read(key, of: name)
            return .identity(file: key, knownHosts: values["known-hosts"].map { folder.pushing(FilePath($0)) })
        case .file: throw refuse(name, "a local path needs none")
        }
    }

    private func read(_ file: FilePath, of name: Text) throws(SourceFailure) -> String {
        let descriptor = open(file.string, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { throw refuse(name, "\(file): \(Errno(rawValue: errno))") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw refuse(name, "\(file) is not a file")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw refuse(name, "\(file) can be read by others; run `chmod 600 \(file)`")
        }
        var bytes = [UInt8](repeating: 0, count: Self.limit + 1)
        let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        guard count >= 0, count <= Self.limit, let text = String(validating: bytes.prefix(count), as: UTF8.self) else {
            throw refuse(name, "\(file) cannot be read as text")
        }
        return text
    }
}
