// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc
import Model

/// An open folder beneath the root. Everything is named by one component in it, so that no link can lead elsewhere
/// between a check and an act.
struct Folder: ~Copyable {
    let descriptor: Int32
    /// As the kernel knows it, links resolved, beneath the root: `/etc/nginx`; `/` for the root.
    let path: [UInt8]

    init(descriptor: Int32, path: [UInt8]) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { _ = clinux_close(descriptor) }

    func child(_ name: [UInt8]) -> [UInt8] {
        path == [UInt8(ascii: "/")] ? path + name : path + [UInt8(ascii: "/")] + name
    }

    /// `nil` when there is nothing by that name.
    func metadata(of name: [UInt8]) throws(SystemError) -> Metadata? {
        var raw = clinux_metadata()
        let result = withCString(name) { clinux_statx(descriptor, $0, &raw) }
        if result == -ENOENT { return nil }
        try check(result, "look at", child(name))
        return Metadata(raw)
    }

    func openFile(_ name: [UInt8], flags: Int32, mode: UInt32 = 0) throws(SystemError) -> OpenFile {
        let resolve = UInt64(CLINUX_RESOLVE_BENEATH | CLINUX_RESOLVE_NO_SYMLINKS)
        let result = withCString(name) { clinux_openat2(descriptor, $0, flags | O_NOFOLLOW, mode, resolve) }
        return OpenFile(descriptor: try check(result, "open", child(name)), path: child(name))
    }

    func rename(_ name: [UInt8], to new: [UInt8]) throws(SystemError) {
        let result = withCString(name) { from in
            withCString(new) { clinux_renameat2(descriptor, from, descriptor, $0, 0) }
        }
        try check(result, "replace", child(new))
    }

    /// False when there was nothing.
    @discardableResult
    func unlink(_ name: [UInt8]) throws(SystemError) -> Bool {
        let result = withCString(name) { clinux_unlinkat(descriptor, $0) }
        if result == -ENOENT { return false }
        try check(result, "remove", child(name))
        return true
    }

    func sync() throws(SystemError) {
        // The descriptor of a folder that was only opened as a path cannot be synced.
        let open = try check(
            withCString([UInt8(ascii: ".")]) { clinux_openat2(descriptor, $0, O_RDONLY | O_DIRECTORY, 0, 0) }, "open",
            path)
        defer { _ = clinux_close(open) }
        try check(clinux_fsync(open), "sync", path)
    }
}

struct Metadata: Hashable, Sendable {
    var inode: UInt64
    var device: UInt64
    var size: Int64
    var modified: Int64
    var changed: Int64
    /// With the type of the file.
    var mode: UInt32
    var owner: UInt32
    var group: UInt32

    init(_ raw: clinux_metadata) {
        inode = raw.inode
        device = raw.device
        size = raw.size
        modified = raw.modified
        changed = raw.changed
        mode = raw.mode
        owner = raw.owner
        group = raw.group
    }

    var isRegular: Bool { mode & S_IFMT == S_IFREG }
    var isFolder: Bool { mode & S_IFMT == S_IFDIR }
    var permissions: UInt32 { mode & 0o7777 }
}

/// An open file; closed when it goes.
struct OpenFile: ~Copyable {
    let descriptor: Int32
    let path: [UInt8]

    init(descriptor: Int32, path: [UInt8]) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { _ = clinux_close(descriptor) }

    func write(_ bytes: [UInt8]) throws(SystemError) {
        let (descriptor, path) = (descriptor, path)
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(SystemError) in try Self.write(bytes, to: descriptor, path) }
        }
        try result.get()
    }

    /// For a stream, whose closure cannot hold the file itself.
    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ path: [UInt8]) throws(SystemError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = try check(clinux_write(descriptor, rest.baseAddress, UInt64(rest.count)), "write", path)
            rest = UnsafeRawBufferPointer(rebasing: rest[Int(count)...])
        }
    }

    /// Calls `body` with the content, piece by piece.
    func read(_ body: (UnsafeRawBufferPointer) -> Void) throws(SystemError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = try check(clinux_read(descriptor, buffer.baseAddress, UInt64(buffer.count)), "read", path)
            if count == 0 { return }
            body(UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)]))
        }
    }
}
