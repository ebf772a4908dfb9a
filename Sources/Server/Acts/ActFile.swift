// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc
import Manifest
import Model

/// Small private files, one for each act that is remembered. Blocks: called on a thread of the pool.
enum ActFile {
    private static let limit = 16 << 20

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// `nil` where there is none.
    static func read(_ path: String) throws -> Value? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if descriptor < 0, errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0, bytes.count <= limit else { throw failure(path) }
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
        }
        return try JSON.read(bytes, file: Text(path))
    }

    /// Whole or not at all, and on the disk when this returns.
    static func write(_ content: [UInt8], to path: String, in folder: String) throws {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw failure(folder) }
        let draft = path + ".new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        var rest = content[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        let isWritten = rest.isEmpty && fsync(descriptor) == 0
        let failed = failure(path)
        close(descriptor)
        guard isWritten else { throw failed }
        guard rename(draft, path) == 0 else { throw failure(path) }
        // The name as well, or a loss of power would let the act be done again.
        let place = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard place >= 0 else { throw failure(folder) }
        defer { close(place) }
        guard fsync(place) == 0 else { throw failure(folder) }
    }

    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = Glibc.readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".json") || name.hasSuffix(".new") { names.append(name) }
        }
        return names
    }

    /// Whether it is gone.
    static func removeIfOld(_ path: String, before time: Time) -> Bool {
        var metadata = clinux_metadata()
        let result = clinux_statx(AT_FDCWD, path, &metadata)
        guard result == 0 else { return result == -ENOENT }
        let changed = Time(nanoseconds: metadata.modified)
        return changed < time && unlink(path) == 0
    }

    private static func failure(_ path: String) -> Failure {
        Failure(description: "\(path): \(String(cString: strerror(errno)))")
    }
}
