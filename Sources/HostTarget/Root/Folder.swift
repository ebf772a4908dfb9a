// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc

/// An open folder of the target. What is done to the names in it cannot be led astray by links: it stays the folder
/// that was opened, and a name is never followed.
struct Folder: Sendable {
    /// Where it really is, counted from the root.
    let path: HostPath
    let descriptor: Descriptor

    /// `nil` when there is nothing of that name.
    func metadata(of name: [UInt8]) throws(HostFault) -> Metadata? {
        var raw = clinux_metadata()
        let result = withCString(name) { clinux_statx(descriptor.raw, $0, &raw) }
        if result == -ENOENT { return nil }
        _ = try checked(result, "look at", path.appending(name))
        return Metadata(raw)
    }

    /// Of the folder itself.
    func metadata() throws(HostFault) -> Metadata {
        var raw = clinux_metadata()
        _ = try checked(clinux_statx(descriptor.raw, "", &raw), "look at", path)
        return Metadata(raw)
    }

    /// Opens a file of the folder; a link is refused, a pipe does not block.
    func open(_ name: [UInt8], _ flags: Int32 = O_RDONLY, mode: UInt32 = 0) throws(HostFault) -> Descriptor {
        let raw = withCString(name) { name in
            clinux_openat2(
                descriptor.raw, name, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, mode,
                UInt64(CLINUX_RESOLVE_BENEATH | CLINUX_RESOLVE_NO_SYMLINKS))
        }
        return Descriptor(owning: try checked(raw, "open", path.appending(name)))
    }

    /// Where a link of the folder points.
    func target(of name: [UInt8]) throws(HostFault) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = withCString(name) { clinux_readlinkat(descriptor.raw, $0, &buffer, 4096) }
        guard count >= 0 else { throw HostFault("read the link", path.appending(name), code: Int32(-count)) }
        return buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }
    }

    /// Two names change places; what stood at each stands at the other, at no moment does either lack.
    func exchange(_ name: [UInt8], with other: [UInt8]) throws(HostFault) {
        try rename(name, to: other, flags: UInt32(CLINUX_RENAME_EXCHANGE))
    }

    /// Fails when the new name exists.
    func rename(_ name: [UInt8], toNew other: [UInt8]) throws(HostFault) {
        try rename(name, to: other, flags: UInt32(CLINUX_RENAME_NOREPLACE))
    }

    /// Takes the place of whatever stands there, but a folder.
    func rename(_ name: [UInt8], over other: [UInt8]) throws(HostFault) { try rename(name, to: other, flags: 0) }

    /// The same in another folder of the file system.
    func rename(_ name: [UInt8], into folder: Folder, over other: [UInt8]) throws(HostFault) {
        try rename(name, to: other, in: folder, flags: 0)
    }

    private func rename(
        _ name: [UInt8], to other: [UInt8], in folder: Folder? = nil, flags: UInt32
    ) throws(HostFault) {
        let folder = folder ?? self
        let result = withCString(name) { name in
            withCString(other) { clinux_renameat2(descriptor.raw, name, folder.descriptor.raw, $0, flags) }
        }
        _ = try checked(result, "write", folder.path.appending(other))
    }

    /// Waits until nobody else holds the folder, and holds it. `isAlone` is false where the file system has no locks.
    func hold<Result>(_ body: (_ isAlone: Bool) throws(HostFault) -> Result) throws(HostFault) -> Result {
        var result: Int32
        repeat { result = flock(descriptor.raw, LOCK_EX) } while result != 0 && errno == EINTR
        defer { if result == 0 { _ = flock(descriptor.raw, LOCK_UN) } }
        return try body(result == 0)
    }

    /// Another name for the same file, in another folder.
    func link(_ name: [UInt8], into folder: Folder, as other: [UInt8]) throws(HostFault) {
        let result = withCString(name) { name in
            withCString(other) { clinux_linkat(descriptor.raw, name, folder.descriptor.raw, $0) }
        }
        _ = try checked(result, "keep the original of", path.appending(name))
    }

    func makeLink(_ name: [UInt8], to target: [UInt8]) throws(HostFault) {
        let result = withCString(name) { name in withCString(target) { clinux_symlinkat($0, descriptor.raw, name) } }
        _ = try checked(result, "make the link", path.appending(name))
    }

    /// Makes a folder that nobody else can look into before it has its mode.
    func makeFolder(_ name: [UInt8], mode: UInt32, owner: UInt32? = nil, group: UInt32? = nil) throws(HostFault) {
        _ = try checked(
            withCString(name) { clinux_mkdirat(descriptor.raw, $0, 0o700) }, "make the folder", path.appending(name))
        let made = try open(name, O_RDONLY | O_DIRECTORY)
        try Self.setOwner(of: made, owner, group, at: path.appending(name))
        try Self.setMode(of: made, mode, at: path.appending(name))
    }

    /// Absent already is no fault. Gives whether something was removed.
    @discardableResult func remove(_ name: [UInt8]) throws(HostFault) -> Bool {
        let result = withCString(name) { clinux_unlinkat(descriptor.raw, $0) }
        if result == -ENOENT { return false }
        _ = try checked(result, "remove", path.appending(name))
        return true
    }

    /// Fails unless the folder is empty. Absent already is no fault.
    func removeFolder(_ name: [UInt8]) throws(HostFault) {
        let result = withCString(name) { clinux_rmdirat(descriptor.raw, $0) }
        if result == -ENOENT { return }
        _ = try checked(result, "remove", path.appending(name))
    }

    /// Makes the names of the folder durable.
    func sync() throws(HostFault) { _ = try checked(clinux_fsync(descriptor.raw), "sync", path) }

    /// Makes everything on the file system of the folder durable. Tells of what could not be written since the folder
    /// was opened.
    func syncFileSystem() throws(HostFault) {
        _ = try checked(clinux_syncfs(descriptor.raw), "write the file system of", path)
    }

    static func setOwner(
        of file: Descriptor, _ owner: UInt32?, _ group: UInt32?, at path: HostPath
    ) throws(HostFault) {
        guard owner != nil || group != nil else { return }
        _ = try checked(
            clinux_fchown(file.raw, owner ?? .max, group ?? .max), "set the owner of", path)
    }

    static func setMode(of file: Descriptor, _ mode: UInt32, at path: HostPath) throws(HostFault) {
        _ = try checked(clinux_fchmod(file.raw, mode), "set the mode of", path)
    }
}
