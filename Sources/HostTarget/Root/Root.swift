// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc

/// The folder that a target's paths begin at: `/`, or a sandbox.
///
/// Every access goes through it. The kernel resolves a path as if the folder were the root of the world: absolute
/// links and `..` stay inside, links that a process cannot make (`/proc/self/root`) are not followed.
final class Root: Sendable {
    /// As the host knows it.
    let place: HostPath
    private let descriptor: Descriptor

    var isSandbox: Bool { !place.isRoot }

    /// The folder must exist.
    init(at path: HostPath) throws(HostFault) {
        let raw = withCString(path.bytes) { path in
            clinux_openat2(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, 0)
        }
        descriptor = Descriptor(owning: try checked(raw, "open the root", path))
        place = try Self.realPath(of: descriptor, for: path)
    }

    /// Opens a folder, links in its path resolved inside the root. `nil` when there is none.
    func folder(at path: HostPath) throws(HostFault) -> Folder? {
        let raw = withCString(path.relative) { path in
            clinux_openat2(
                descriptor.raw, path, O_RDONLY | O_DIRECTORY, 0,
                UInt64(CLINUX_RESOLVE_IN_ROOT | CLINUX_RESOLVE_NO_MAGICLINKS))
        }
        if raw == -ENOENT { return nil }
        let opened = Descriptor(owning: try checked(raw, "open", path))
        let real = try Self.realPath(of: opened, for: path)
        guard real.isWithin(place) else { throw HostFault("\(path) lies outside of the root") }
        guard !place.isRoot else { return Folder(path: real, descriptor: opened) }
        let inside = HostPath(bytes: real.bytes.dropFirst(place.bytes.count)) ?? .root
        return Folder(path: inside, descriptor: opened)
    }

    /// Opens a folder whose path holds no links. `nil` when there is none, or a link stands in its path.
    func realFolder(at path: HostPath) throws(HostFault) -> Folder? {
        guard let folder = try folder(at: path), folder.path == path else { return nil }
        return folder
    }

    /// Whether there is something at a path.
    func holds(_ path: HostPath) throws(HostFault) -> Bool {
        guard let parent = path.parent, let folder = try folder(at: parent) else { return path.isRoot }
        return try folder.metadata(of: path.name) != nil
    }

    /// Makes the folders of a path that do not exist yet, open to all readers. Gives those that were made, outermost
    /// first; their names are not durable before the folders that hold them are synced.
    func makeFolders(at path: HostPath) throws(HostFault) -> [HostPath] {
        var missing: [[UInt8]] = []
        var nearest = path
        var folder = try self.folder(at: nearest)
        while folder == nil, let parent = nearest.parent {
            missing.append(nearest.name)
            nearest = parent
            folder = try self.folder(at: nearest)
        }
        guard var folder else { throw HostFault("the root is gone") }
        var made: [HostPath] = []
        for name in missing.reversed() {
            try folder.makeFolder(name, mode: 0o755)
            made.append(folder.path.appending(name))
            guard let next = try self.folder(at: folder.path.appending(name)) else {
                throw HostFault("\(folder.path.appending(name)) vanished while it was made")
            }
            folder = next
        }
        return made
    }

    private static func realPath(of descriptor: Descriptor, for path: HostPath) throws(HostFault) -> HostPath {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = clinux_readlinkat(AT_FDCWD, "/proc/self/fd/\(descriptor.raw)", &buffer, 4096)
        guard count > 0, count < 4096 else {
            throw HostFault("find where it really lies:", path, code: count < 0 ? Int32(-count) : ENAMETOOLONG)
        }
        let bytes = buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }
        // The kernel adds " (deleted)" to the path of a folder that has no name any more.
        guard let real = HostPath(bytes: bytes) else { throw HostFault("\(path) cannot be reached from the root") }
        return real
    }
}
