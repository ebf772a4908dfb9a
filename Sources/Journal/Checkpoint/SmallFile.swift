// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
import NIOPosix

/// Small private files of the state folder. Blocks: called on a thread of the pool.
enum SmallFile {
    /// `nil` when there is no such file. At most `limit` bytes.
    static func read(_ path: String, limit: Int) throws(JournalError) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw .system("cannot read \(path)")
        }
        defer { Glibc.close(file) }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(file, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            }
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw .system("cannot read \(path)") }
            if got == 0 { break }
            count += got
        }
        guard count <= limit else { throw JournalError(.damaged, "\(path) is larger than \(limit) bytes") }
        return Array(bytes.prefix(count))
    }

    static func exists(_ path: String) throws(JournalError) -> Bool {
        var status = stat()
        if stat(path, &status) == 0 { return true }
        guard errno == ENOENT else { throw .system("cannot open \(path)") }
        return false
    }

    /// Also when it does not exist.
    static func isEmpty(_ path: String) throws(JournalError) -> Bool {
        var status = stat()
        if stat(path, &status) == 0 { return status.st_size == 0 }
        guard errno == ENOENT else { throw .system("cannot open \(path)") }
        return true
    }

    /// An empty file, durable, readable by its owner alone.
    static func create(_ path: String) throws(JournalError) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system("cannot make \(path)") }
        Glibc.close(file)
        try syncFolder(of: path)
    }

    /// Replaces a file as one step, durable when this returns, readable by its owner alone.
    static func write(_ bytes: [UInt8], to path: String) throws(JournalError) {
        let temporary = path + ".new"
        unlink(temporary)
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .system("cannot write \(temporary)") }
        do throws(JournalError) {
            defer { Glibc.close(file) }
            try writeAll(bytes, to: file, path: temporary)
            guard fsync(file) == 0 else { throw .system("cannot write \(temporary)") }
        } catch {
            unlink(temporary)
            throw error
        }
        try move(temporary, to: path)
    }

    /// Durable when this returns; replaces what is there.
    static func move(_ from: String, to path: String) throws(JournalError) {
        guard rename(from, path) == 0 else { throw .system("cannot write \(path)") }
        try syncFolder(of: path)
    }

    private static func writeAll(_ bytes: [UInt8], to file: Int32, path: String) throws(JournalError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .system("cannot write \(path)") }
            rest = rest.dropFirst(count)
        }
    }

    /// Brings to the disk what anyone has written to the file; nothing to do when there is none.
    static func sync(_ path: String) throws(JournalError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        if file < 0 && errno == ENOENT { return }
        guard file >= 0 else { throw .system("cannot open \(path)") }
        defer { Glibc.close(file) }
        guard fsync(file) == 0 else { throw .system("cannot sync \(path)") }
    }

    static func syncFolder(of path: String) throws(JournalError) {
        let end = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let name = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let folder = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .system("cannot open \(name)") }
        defer { Glibc.close(folder) }
        guard fsync(folder) == 0 else { throw .system("cannot sync \(name)") }
    }
}

extension JournalError {
    /// With the reason that the operating system gave last.
    static func system(_ what: String) -> JournalError {
        let number = errno
        let reason = "\(what): \(String(cString: strerror(number)))"
        return switch number {
        case ENOSPC, EDQUOT: JournalError(.full, reason, advice: "free some space")
        case EROFS: JournalError(.readOnly, reason)
        default: JournalError(.failed, reason)
        }
    }
}

/// Runs blocking work on a thread of the pool, to its end even when the task is cancelled.
func onThread<Result: Sendable>(
    _ work: @escaping @Sendable () throws(JournalError) -> Result
) async throws(JournalError) -> Result {
    let result: Swift.Result<Result, JournalError> = await withCheckedContinuation { continuation in
        NIOThreadPool.singleton.submit { _ in
            do throws(JournalError) { continuation.resume(returning: .success(try work())) } catch {
                continuation.resume(returning: .failure(error))
            }
        }
    }
    return try result.get()
}
