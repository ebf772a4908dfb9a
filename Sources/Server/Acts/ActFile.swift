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
        try PrivateFile.read(path, limit: limit).map { try JSON.read($0, file: Text(path)) }
    }

    /// Durable, its name included, or a loss of power would let the act be done again.
    static func write(_ content: [UInt8], to path: String, in folder: String) throws {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw Failure(description: "\(folder): \(String(cString: strerror(errno)))")
        }
        try PrivateFile.replace(path, with: content)
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
}
