// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc
package import Manifest

/// A folder whose files are values: what a cluster mounts, or what an administrator put on a machine.
package struct FolderStore: SecretStoreReader {
    private let folder: Text
    private let fingerprints: SecretFingerprints

    private static let limit = 4 << 20

    package init(folder: Text, fingerprints: SecretFingerprints) {
        self.folder = folder
        self.fingerprints = fingerprints
    }

    package func read(_ path: Text, version: Int64?) async throws(StoreError) -> StoredSecret {
        guard version == nil else { throw StoreError(.missing, "a folder keeps no versions") }
        let value = try Self.read(path, below: folder)
        return StoredSecret(
            version: fingerprints.fingerprint(of: value, in: "\(folder)/\(path)"),
            values: [StoredSecret.onlyKey: value])
    }

    /// Links are followed as long as they stay in the folder: so a cluster exchanges what it mounts.
    private static func read(_ path: Text, below folder: Text) throws(StoreError) -> Secret<[UInt8]> {
        let root = clinux_openat2(AT_FDCWD, folder.string, O_RDONLY | O_DIRECTORY, 0, 0)
        guard root >= 0 else { throw failure(-root, "\(folder)", .unreachable) }
        defer { close(root) }
        let file = clinux_openat2(
            root, path.string, O_RDONLY | O_NONBLOCK, 0, UInt64(CLINUX_RESOLVE_BENEATH | CLINUX_RESOLVE_NO_MAGICLINKS))
        guard file >= 0 else { throw failure(-file, "\(folder)/\(path)", .missing) }
        defer { close(file) }
        var info = stat()
        guard fstat(file, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
            throw StoreError(.malformed, "\(folder)/\(path): is no file")
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            guard count >= 0 else { throw failure(errno, "\(folder)/\(path)", .unreachable) }
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
            guard bytes.count <= limit else {
                throw StoreError(.tooLarge, "\(folder)/\(path): has more than \(limit) bytes")
            }
        }
        return Secret(bytes)
    }

    private static func failure(_ code: Int32, _ place: String, _ absent: StoreError.State) -> StoreError {
        let reason = "\(place): \(String(cString: strerror(code)))"
        switch code {
        case EACCES, EPERM: return StoreError(.denied, Text(reason))
        case EXDEV, ELOOP: return StoreError(.denied, Text("\(place): a link leads out of the folder"))
        case ENOENT, ENOTDIR: return StoreError(absent, Text(reason))
        default: return StoreError(.unreachable, Text(reason))
        }
    }
}
