// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc
import Manifest
import Model

/// What stood at a path before a unit took it over, kept for root alone until the unit lets go of the path.
///
/// Kept as a second name of the same file, which costs nothing and keeps all of it; as a copy where the file lies on
/// another file system.
struct Originals: Sendable {
    /// A copy larger than this is not made. Bytes.
    private static let copyLimit: Int64 = 1 << 30

    let own: OwnFolder
    let unit: UnitID
    /// Where they are kept: what a wave would be undone by is kept apart from what was there before the unit.
    var part = OwnFolder.Part.originals

    private func key(_ path: HostPath) -> [UInt8] {
        part == .undo ? Self.undoPrefix(of: unit.fleet) + digest(of: path) : digest(of: path)
    }

    private func digest(of path: HostPath) -> [UInt8] {
        Array(Digest(of: Array("\(unit)\0".utf8) + path.bytes).hex.utf8)
    }

    /// What was kept of a path, and under which name: builds before this one named no fleet.
    private func find(_ path: HostPath) throws(HostFault) -> Kept? {
        guard let folder = try own.existing(part) else { return nil }
        for key in part == .undo ? [key(path), digest(of: path)] : [key(path)] {
            if let live = try folder.metadata(of: key) { return Kept(folder: folder, key: key, live: live) }
        }
        return nil
    }

    private struct Kept {
        let folder: Folder
        let key: [UInt8]
        let live: Metadata

        /// Whether it is this very file, or the copy of it.
        func isSame(as other: Metadata, _ name: [UInt8], in place: Folder) throws(HostFault) -> Bool {
            if live.inode == other.inode, live.device == other.device { return true }
            guard live.kind == other.kind, live.owner == other.owner, live.group == other.group else { return false }
            if live.kind == .link { return try folder.target(of: key) == place.target(of: name) }
            return live.size == other.size && live.modified == other.modified && live.mode == other.mode
        }
    }

    /// What a fleet's waves would be undone by bears its name: after a kill nobody knows which paths it was of.
    static func undoPrefix(of fleet: FleetName) -> [UInt8] { Array("\(fleet).".utf8) }

    /// Whether the name of what a wave would be undone by does not say whose it is.
    static func isNamelessUndo(_ name: [UInt8]) -> Bool { Digest(hex: String(decoding: name, as: UTF8.self)) != nil }

    /// Keeps what stands at a name. Kept already: the newest stays, unless it is this very file.
    func keep(_ name: [UInt8], _ live: Metadata, in folder: Folder) throws(HostFault) {
        let path = folder.path.appending(name)
        let keeping = try own.make(part)
        let key = key(path)
        if let kept = try find(path) {
            if try kept.isSame(as: live, name, in: folder) { return }
            try keeping.remove(kept.key)
        }
        do throws(HostFault) {
            try folder.link(name, into: keeping, as: key)
        } catch  where [EXDEV, EPERM, EOPNOTSUPP, EMLINK].contains(error.code) {
            guard live.size <= Self.copyLimit else {
                throw HostFault("\(path) has \(live.size) bytes, too many to keep a copy of: move it away")
            }
            // Half a copy under the key would be taken for the whole after a kill.
            let temporary = TemporaryName.make(for: unit.fleet)
            try Self.copy(name, live, from: folder, to: keeping, as: temporary)
            try keeping.rename(temporary, over: key)
        }
        CrashPoint.reached("host.original.kept")
        try keeping.sync()
    }

    func isKept(_ path: HostPath) throws(HostFault) -> Bool {
        try find(path) != nil
    }

    /// Whether what stands at a name is what was kept, and nothing has taken its place yet.
    func holds(_ live: Metadata, _ name: [UInt8], in folder: Folder) throws(HostFault) -> Bool {
        try find(folder.path.appending(name))?.isSame(as: live, name, in: folder) ?? false
    }

    /// Puts the original back in its place; what stands there goes. False when none was kept.
    func restore(_ name: [UInt8], in folder: Folder) throws(HostFault) -> Bool {
        guard let found = try find(folder.path.appending(name)) else { return false }
        let (keeping, key, kept) = (found.folder, found.key, found.live)
        let temporary = TemporaryName.make(for: unit.fleet)
        do throws(HostFault) {
            do throws(HostFault) {
                try keeping.link(key, into: folder, as: temporary)
            } catch  where [EXDEV, EPERM, EOPNOTSUPP, EMLINK].contains(error.code) {
                try Self.copy(key, kept, from: keeping, to: folder, as: temporary)
            }
            // A rename over another name of the same file does nothing and leaves both.
            if let live = try folder.metadata(of: name), live.inode == kept.inode, live.device == kept.device {
                try folder.remove(temporary)
            } else {
                try folder.rename(temporary, over: name)
            }
        } catch {
            _ = try? folder.remove(temporary)
            throw error
        }
        CrashPoint.reached("host.original.restored")
        try folder.sync()
        try keeping.remove(key)
        try keeping.sync()
        return true
    }

    /// The path stays as it is, and what was kept is not needed any more.
    func forget(_ path: HostPath) throws(HostFault) {
        guard let kept = try find(path) else { return }
        if try kept.folder.remove(kept.key) { try kept.folder.sync() }
    }

    /// A copy with owner, mode and time of change, durable, under a new name.
    private static func copy(
        _ name: [UInt8], _ live: Metadata, from source: Folder, to folder: Folder, as other: [UInt8]
    ) throws(HostFault) {
        let path = folder.path.appending(other)
        do throws(HostFault) {
            if live.kind == .link {
                try folder.makeLink(other, to: try source.target(of: name))
                try folder.setOwner(of: other, Ownership(user: live.owner, group: live.group))
                return
            }
            let original = try source.open(name)
            let copy = try folder.open(other, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
            try original.read(at: source.path.appending(name), expecting: live.size) { piece throws(HostFault) in
                try copy.write(piece, at: path)
            }
            try Folder.setOwner(of: copy, live.owner, live.group, at: path)
            try Folder.setMode(of: copy, live.mode, at: path)
            _ = try checked(clinux_set_modified(copy.raw, live.modified), "set the time of", path)
            _ = try checked(clinux_fsync(copy.raw), "sync", path)
        } catch {
            _ = try? folder.remove(other)
            throw error
        }
    }
}

extension Folder {
    /// Of a name itself, links not followed.
    func setOwner(of name: [UInt8], _ owner: Ownership) throws(HostFault) {
        guard owner != .unmanaged else { return }
        let result = withCString(name) {
            clinux_lchownat(descriptor.raw, $0, owner.user ?? .max, owner.group ?? .max)
        }
        _ = try checked(result, "set the owner of", path.appending(name))
    }
}
