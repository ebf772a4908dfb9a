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

/// A small private file on its way into a part, whole and durable. It lies beside the parts: making it changes none of
/// them.
struct StagedFile: Sendable {
    let folder: Folder
    let name: [UInt8]
    /// What the kernel says of it, wherever it lies.
    let live: Metadata?
}

extension OwnFolder {
    func stage(_ bytes: [UInt8], for fleet: FleetName) throws(HostFault) -> StagedFile {
        guard let folder = try root.folder(at: Self.path) else { throw HostFault("\(Self.path) vanished") }
        let name = TemporaryName.make(for: fleet)
        do throws(HostFault) {
            let file = try folder.open(name, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
            var fault: HostFault?
            bytes.withUnsafeBytes { bytes in
                do throws(HostFault) { try file.write(bytes, at: folder.path.appending(name)) } catch { fault = error }
            }
            if let fault { throw fault }
            _ = try checked(clinux_fsync(file.raw), "sync", folder.path.appending(name))
            return StagedFile(folder: folder, name: name, live: try folder.metadata(of: name))
        } catch {
            _ = try? folder.remove(name)
            throw error
        }
    }
}
