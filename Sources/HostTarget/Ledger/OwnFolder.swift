// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc
import Manifest
import Model

/// The driver's own folder in the target, `/var/lib/trimtab`: for root alone, and for no project.
struct OwnFolder: Sendable {
    let root: Root

    enum Part: String, Sendable, CaseIterable {
        /// ``UnitLedger`` by unit.
        case inventory
        /// What stood where a file of ours stands now.
        case originals
        /// What a wave that is not yet validated would be undone by.
        case undo
    }

    static let path: HostPath = .root.appending("var".utf8).appending("lib".utf8).appending("trimtab".utf8)

    /// `nil` when it was never made.
    func existing(_ part: Part) throws(HostFault) -> Folder? {
        try root.folder(at: Self.path.appending(part.rawValue.utf8))
    }

    func make(_ part: Part) throws(HostFault) -> Folder {
        if let folder = try existing(part) { return folder }
        if try root.folder(at: Self.path) == nil {
            guard let parent = Self.path.parent else { throw HostFault("the root cannot be used") }
            for holder in try root.makeFolders(at: parent).compactMap(\.parent) { try root.folder(at: holder)?.sync() }
            try makePrivate(Self.path)
        }
        try makePrivate(Self.path.appending(part.rawValue.utf8))
        guard let folder = try existing(part) else { throw HostFault("\(Self.path) cannot be made") }
        return folder
    }

    private func makePrivate(_ path: HostPath) throws(HostFault) {
        guard let parent = try path.parent.flatMap({ parent throws(HostFault) in try root.folder(at: parent) }) else {
            throw HostFault("\(path) cannot be made")
        }
        do {
            try parent.makeFolder(path.name, mode: 0o700)
        } catch  where error.code == EEXIST {}
        try parent.sync()
    }
}

extension Folder {
    /// Puts a small private file in its place, whole and durable. Gives what the kernel says of it.
    @discardableResult
    func replace(_ name: [UInt8], with bytes: [UInt8]) throws(HostFault) -> Metadata? {
        let temporary = TemporaryName.make()
        let written: Metadata?
        do throws(HostFault) {
            let file = try open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
            var fault: HostFault?
            bytes.withUnsafeBytes { bytes in
                do throws(HostFault) {
                    try file.write(bytes, at: path.appending(name))
                } catch { fault = error }
            }
            if let fault { throw fault }
            _ = try checked(clinux_fsync(file.raw), "sync", path.appending(name))
            written = try metadata(of: temporary)
            try rename(temporary, over: name)
        } catch {
            _ = try? remove(temporary)
            throw error
        }
        try sync()
        return written
    }
}
