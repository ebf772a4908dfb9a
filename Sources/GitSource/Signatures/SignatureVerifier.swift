// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
import Manifest
import Model
import NIOPosix
package import SystemPackage

/// Checks signatures by `ssh-keygen` and `gpg`, each with a folder of its own for every key set, so that no key of the
/// user's and no other source's key counts.
package struct SignatureVerifier: Sendable {
    private let folder: FilePath

    static let deadline = Duration.seconds(30)
    static let variables = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C"]

    /// - Parameter folder: of this and nothing else; made when it is not there.
    package init(folder: FilePath) throws(SourceFailure) {
        self.folder = folder
        guard mkdir(folder.string, 0o700) == 0 || errno == EEXIST else { throw .onDisk(folder, errno) }
    }

    /// Throws ``SourceFailure/unsigned(_:)`` or ``SourceFailure/untrusted(_:reason:)`` unless one of the keys made the
    /// signature, and is good now.
    ///
    /// - Parameter what: names the commit or tag in the error.
    /// - Returns: who signed, as the keys call them.
    @discardableResult
    package func verify(
        _ block: SignatureBlock, of what: String, with keys: SigningKeys
    ) async throws(SourceFailure) -> String {
        let signature: EmbeddedSignature
        switch block {
        case .none: throw .unsigned(what)
        case .unreadable(let reason): throw .untrusted(what, reason: reason)
        case .embedded(let embedded): signature = embedded
        }
        guard signature.scheme == keys.scheme else {
            throw .untrusted(
                what, reason: "it is of \(signature.scheme.title), and the source trusts \(keys.scheme.title) keys")
        }
        let home = try await home(of: keys)
        // The tools read the signature from a file only; every call has one of its own.
        let file = home.appending("signature-\(UInt64.random(in: .min ... .max))")
        try PrivateFile.write(signature.signature, to: file)
        defer { unlink(file.string) }
        return switch keys.scheme {
        case .ssh: try await SSHSignatures(home: home).verify(file, signature.payload, of: what)
        case .gpg: try await GPGSignatures(home: home).verify(file, signature.payload, of: what)
        }
    }

    /// Made aside and renamed, so that a half-made one is never used.
    private func home(of keys: SigningKeys) async throws(SourceFailure) -> FilePath {
        let home = folder.appending(String(keys.digest.hex.prefix(32)))
        if access(home.string, F_OK) == 0 { return home }
        let draft = folder.appending("new-\(UInt64.random(in: .min ... .max))")
        guard mkdir(draft.string, 0o700) == 0 else { throw .onDisk(draft, errno) }
        do throws(SourceFailure) {
            switch keys.scheme {
            case .ssh: try PrivateFile.write(keys.bytes, to: SSHSignatures(home: draft).signers)
            case .gpg: try await GPGSignatures(home: draft).importKeys(keys.bytes)
            }
        } catch {
            MirrorFolder(path: draft).delete()
            throw error
        }
        if rename(draft.string, home.string) != 0 {
            let code = errno
            MirrorFolder(path: draft).delete()
            guard code == EEXIST || code == ENOTEMPTY else { throw .onDisk(home, code) }
        }
        return home
    }
}

extension EmbeddedSignature.Scheme {
    var title: String {
        switch self {
        case .gpg: "GPG"
        case .ssh: "SSH"
        }
    }
}
