// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Glibc
import SystemPackage

/// Files of our own that nobody else may read, replaced as a whole. Every call blocks.
enum SmallFile {
    private static let sizeLimit = 64 << 20

    /// `nil` when there is none.
    static func read(_ file: FilePath) throws(HelmError) -> [UInt8]? {
        try read(file) { _ throws(HelmError) in }
    }

    /// The same, of a file that others must not be able to read or write.
    static func readPrivate(_ file: FilePath) throws(HelmError) -> [UInt8]? {
        try read(file) { found throws(HelmError) in
            guard found.st_mode & 0o077 == 0, found.st_uid == geteuid() else {
                throw .machine(reason: "\(file) must belong to the user who runs trimtab, with mode 0600")
            }
        }
    }

    private static func read(
        _ file: FilePath, _ check: (stat) throws(HelmError) -> Void
    ) throws(HelmError) -> [UInt8]? {
        let descriptor = open(file.string, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure(file)
        }
        defer { close(descriptor) }
        var found = stat()
        guard fstat(descriptor, &found) == 0 else { throw failure(file) }
        try check(found)
        guard found.st_size <= sizeLimit else { throw .machine(reason: "\(file) is too large") }
        var bytes = [UInt8](repeating: 0, count: Int(found.st_size))
        var count = 0
        while count < bytes.count {
            let more = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
            }
            guard more > 0 else { throw failure(file) }
            count += more
        }
        return bytes
    }

    /// Survives a loss of power once it has returned.
    static func write(_ bytes: [UInt8], to file: FilePath) throws(HelmError) {
        let folder = file.removingLastComponent()
        try makeFolder(folder)
        let draft = FilePath(file.string + ".new")
        let descriptor = try openDraft(draft)
        guard ftruncate(descriptor, 0) == 0 else {
            let error = failure(draft)
            close(descriptor)
            throw error
        }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
            }
            guard count > 0 else {
                let error = failure(draft)
                close(descriptor)
                throw error
            }
            written += count
        }
        let isSafe = fsync(descriptor) == 0
        close(descriptor)
        guard isSafe, rename(draft.string, file.string) == 0 else { throw failure(file) }
        let above = open(folder.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard above >= 0 else { return }
        fsync(above)
        close(above)
    }

    /// One writer has it at a time. Whoever waited finds that it was renamed, and begins another.
    private static func openDraft(_ draft: FilePath) throws(HelmError) -> Int32 {
        while true {
            let descriptor = open(draft.string, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw failure(draft) }
            var (own, named) = (stat(), stat())
            guard flock(descriptor, LOCK_EX) == 0, fstat(descriptor, &own) == 0 else {
                let error = failure(draft)
                close(descriptor)
                throw error
            }
            if lstat(draft.string, &named) == 0, own.st_ino == named.st_ino, own.st_dev == named.st_dev {
                return descriptor
            }
            close(descriptor)
        }
    }

    static func makeFolder(_ folder: FilePath) throws(HelmError) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder.string, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .machine(reason: "\(folder): \(error.localizedDescription)")
        }
    }

    private static func failure(_ file: FilePath) -> HelmError {
        .machine(reason: "\(file): \(Errno(rawValue: errno))")
    }
}
