// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
import SystemPackage

/// Small files of the agent's own, that nobody else may read. Blocks.
enum PrivateFile {
    /// Replaces the file as a whole; it survives a loss of power, unless it need not.
    static func write(_ bytes: [UInt8], to file: FilePath, isDurable: Bool = true) throws(SourceFailure) {
        let draft = FilePath(file.string + ".new")
        let descriptor = open(draft.string, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .onDisk(draft, errno) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
            }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                let code = errno
                close(descriptor)
                throw .onDisk(draft, code)
            }
        }
        let isSafe = !isDurable || fsync(descriptor) == 0
        let code = errno
        close(descriptor)
        guard isSafe else { throw .onDisk(draft, code) }
        guard rename(draft.string, file.string) == 0 else { throw .onDisk(file, errno) }
        guard isDurable else { return }
        let folder = open(file.removingLastComponent().string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    /// `nil` when there is none, or when it is not smaller than `limit` bytes.
    static func read(_ file: FilePath, limit: Int = 64 << 10) -> [UInt8]? {
        let descriptor = open(file.string, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size < limit else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
        let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        guard count >= 0, count < bytes.count else { return nil }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}
