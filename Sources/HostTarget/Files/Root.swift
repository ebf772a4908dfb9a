// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc
import Model

/// The folder that a target's paths begin at: `/`, or a sandbox. Nothing is opened but beneath it.
final class Root: Sendable {
    /// `O_PATH`, which Glibc's module does not have.
    private static let pathOnly: Int32 = 0o10000000
    private let descriptor: Int32
    /// What the kernel calls it, to tell where links led.
    private let realPath: [UInt8]

    init(path: String) throws(SystemError) {
        let bytes = Array(path.utf8)
        descriptor = try check(
            withCString(bytes) { clinux_openat2(AT_FDCWD, $0, O_RDONLY | O_DIRECTORY, 0, 0) }, "open the root", bytes)
        realPath = try Self.realPath(of: descriptor, bytes)
    }

    deinit { _ = clinux_close(descriptor) }

    /// Opens a folder; links on the way are resolved as if the root were `/`. `nil` when it is not there.
    func folder(_ path: TreePath) throws(SystemError) -> Folder? {
        let name = path.isRoot ? [UInt8(ascii: ".")] : path.bytes
        let resolve = UInt64(CLINUX_RESOLVE_IN_ROOT | CLINUX_RESOLVE_NO_MAGICLINKS)
        let result = withCString(name) { clinux_openat2(descriptor, $0, Self.pathOnly | O_DIRECTORY, 0, resolve) }
        if result == -ENOENT { return nil }
        let opened = try check(result, "open the folder", [UInt8(ascii: "/")] + path.bytes)
        do throws(SystemError) {
            return Folder(descriptor: opened, path: below(try Self.realPath(of: opened, path.bytes)))
        } catch {
            _ = clinux_close(opened)
            throw error
        }
    }

    /// Opens a folder and makes what is missing of it, readable by all, as people expect of parents.
    func makeFolder(_ path: TreePath, mode: UInt32 = 0o755) throws(SystemError) -> Folder {
        if let folder = try folder(path) { return folder }
        guard let parent = path.parent, let name = path.name else {
            throw SystemError(operation: "open the folder", path: path.bytes, code: ENOENT)
        }
        let above = try makeFolder(parent, mode: mode)
        let result = withCString(name) { clinux_mkdirat(above.descriptor, $0, mode) }
        if result != -EEXIST {
            try check(result, "make the folder", above.child(name))
            try above.sync()
        }
        guard let made = try folder(path) else {
            throw SystemError(operation: "open the folder", path: above.child(name), code: ENOENT)
        }
        return made
    }

    /// All file systems that a batch wrote to may lie beneath; this syncs the one of an open folder.
    static func syncFileSystem(of folder: borrowing Folder) throws(SystemError) {
        let open = try check(
            withCString([UInt8(ascii: ".")]) { clinux_openat2(folder.descriptor, $0, O_RDONLY | O_DIRECTORY, 0, 0) },
            "open", folder.path)
        defer { _ = clinux_close(open) }
        try check(clinux_syncfs(open), "sync the file system of", folder.path)
    }

    private func below(_ real: [UInt8]) -> [UInt8] {
        guard realPath != [UInt8(ascii: "/")] else { return real }
        let rest = Array(real.dropFirst(realPath.count))
        return rest.isEmpty ? [UInt8(ascii: "/")] : rest
    }

    private static func realPath(of descriptor: Int32, _ path: [UInt8]) throws(SystemError) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 8192)
        let link = Array("/proc/self/fd/\(descriptor)".utf8)
        let size = UInt64(buffer.count)
        let count = try check(
            withCString(link) { clinux_readlinkat(AT_FDCWD, $0, &buffer, size) }, "resolve", path)
        return buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }
    }
}
