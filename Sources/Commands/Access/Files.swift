// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Glibc
import Manifest

/// The few files that commands touch themselves.
enum Files {
    static func read(_ path: String, limit: Int) throws(APIError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("read", path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw failure("read", path) }
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
            guard bytes.count <= limit else {
                throw APIError(.tooLarge, "\(Text(path)): has more than \(limit) bytes")
            }
        }
    }

    /// Refuses a file that others could have read or written.
    static func requirePrivate(_ path: String) throws(APIError) {
        var info = stat()
        guard stat(path, &info) == 0 else { throw failure("read", path) }
        guard info.st_uid == geteuid(), info.st_mode & 0o077 == 0 else {
            throw APIError(
                .failed, "\(Text(path)): others can read or write it", advice: "chmod 600 \(Text(path))")
        }
    }

    /// Whether there is anything at the path, a link that leads nowhere included.
    static func exists(_ path: String) -> Bool {
        var info = stat()
        return lstat(path, &info) == 0
    }

    /// Makes the folder and those above it.
    static func makeFolder(_ path: String) throws(APIError) {
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex else {
            throw failure("make", path)
        }
        try makeFolder(String(path[..<slash]))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw failure("make", path) }
    }

    /// Never overwrites.
    static func create(_ path: String, _ content: String, mode: mode_t = 0o644) throws(APIError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure("make", path) }
        defer { close(descriptor) }
        try write(Array(content.utf8), to: descriptor, path)
    }

    /// Whether what is at the path takes bytes and keeps none to replace: a pipe, a terminal, a device.
    static func isChannel(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT != S_IFREG && info.st_mode & S_IFMT != S_IFDIR
    }

    /// Puts a new content in the place of a file, whole or not at all. Without a mode it keeps the one it has. What is
    /// no file is written into, and stays what it is.
    static func replace(_ path: String, _ content: [UInt8], mode: mode_t? = nil) throws(APIError) {
        if isFolder(path) { throw APIError(.invalid, "\(Text(path)): is a folder", advice: "name a file in it") }
        if isChannel(path) { return try pour(content, into: path) }
        var info = stat()
        let isThere = stat(path, &info) == 0
        let mode = mode ?? (isThere ? info.st_mode & 0o7777 : 0o600)
        // Through a link the file that it leads to is replaced, and the link stays.
        let target = realpath(path, nil).map { pointer in
            defer { free(pointer) }
            return String(cString: pointer)
        }
        let place = target ?? path
        let temporary = "\(place).trimtab-\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("write", path) }
        do throws(APIError) {
            defer { close(descriptor) }
            try write(content, to: descriptor, path)
            guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else { throw failure("write", path) }
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, place) == 0 else {
            let failed = failure("replace", path)
            unlink(temporary)
            throw failed
        }
    }

    private static func pour(_ content: [UInt8], into path: String) throws(APIError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw failure("write", path) }
        defer { close(descriptor) }
        try write(content, to: descriptor, path)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(APIError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("write", path) }
            rest = rest.dropFirst(count)
        }
    }

    private static func failure(_ verb: Text, _ path: String) -> APIError {
        let code = errno
        return APIError(
            code == ENOENT ? .notFound : .failed,
            "\(Text(path)): cannot \(verb): \(Text(String(cString: strerror(code))))")
    }
}
