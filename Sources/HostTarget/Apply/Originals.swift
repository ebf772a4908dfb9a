// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc
import Manifest
import Model

/// What lay at a path before the first unit took it over, kept root-only until the unit lets go of it.
struct Originals {
    let root: Root
    private static let folder = StateFolder.path.appending("originals")

    private static func name(_ path: HostPath) -> [UInt8] { Array(Digest(of: path.bytes).hex.utf8) }

    /// Keeps the file as a second name of it, with its owner, mode and times. What is kept already stays.
    func keep(_ path: HostPath, in folder: borrowing Folder) throws(SystemError) {
        guard let keeping = try Self.folder.map({ path throws(SystemError) in try root.makeFolder(path, mode: 0o700) })
        else { return }
        let result = withCString(path.name) { from in
            withCString(Self.name(path)) { clinux_linkat(folder.descriptor, from, keeping.descriptor, $0) }
        }
        if result == -EEXIST { return }
        try check(result, "keep the original of", path.bytes)
        try keeping.sync()
    }

    /// Puts the original back. False when none was kept.
    func restore(_ path: HostPath, in folder: borrowing Folder) throws(SystemError) -> Bool {
        guard let place = Self.folder, let keeping = try root.folder(place) else { return false }
        let result = withCString(Self.name(path)) { from in
            withCString(path.name) { clinux_renameat2(keeping.descriptor, from, folder.descriptor, $0, 0) }
        }
        if result == -ENOENT { return false }
        try check(result, "put back the original of", path.bytes)
        return true
    }

    /// The unit lets go of a file and leaves it as it is.
    func forget(_ path: HostPath) throws(SystemError) {
        guard let place = Self.folder, let keeping = try root.folder(place) else { return }
        try keeping.unlink(Self.name(path))
    }
}

/// Where the driver keeps what must outlive Trimtab's own state folder, beneath the root.
enum StateFolder {
    static let path = TreePath("var/lib/trimtab".utf8) ?? .root
}

extension TreePath {
    func appending(_ name: String) -> TreePath? { appending(name.utf8) }
}
