// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc

/// Small files of the state folder that only their owner may read. Blocks: called on a thread of the pool.
package enum PrivateFile {
    /// `/var/lib/trimtab/tokens.json: cannot be written: No space left on device`
    package struct Failure: Error, CustomStringConvertible {
        package var description: String

        fileprivate init(_ path: String, _ what: String) {
            description = "\(path): \(what): \(String(cString: strerror(errno)))"
        }

        fileprivate init(_ path: String, tooLarge limit: Int) {
            description = "\(path): has more than \(limit) bytes"
        }
    }

    /// `nil` where there is none. Links are not followed.
    package static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if descriptor < 0, errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw Failure(path, "cannot be read") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(path, "cannot be read") }
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
            guard bytes.count <= limit else { throw Failure(path, tooLarge: limit) }
        }
    }

    /// Puts a content in the place of a file: whole or not at all, and on the disk when this returns, its name included.
    package static func replace(_ path: String, with content: [UInt8]) throws(Failure) {
        let draft = path + ".new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(path, "cannot be written") }
        do throws(Failure) {
            defer { close(descriptor) }
            var rest = content[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw Failure(path, "cannot be written") }
                rest = rest.dropFirst(count)
            }
            guard fsync(descriptor) == 0 else { throw Failure(path, "cannot be written") }
        } catch {
            unlink(draft)
            throw error
        }
        guard rename(draft, path) == 0 else { throw Failure(path, "cannot be replaced") }
        try sync(folderOf: path)
    }

    private static func sync(folderOf path: String) throws(Failure) {
        let end = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let name = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let folder = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Failure(name, "cannot be opened") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw Failure(name, "cannot be written") }
    }
}
