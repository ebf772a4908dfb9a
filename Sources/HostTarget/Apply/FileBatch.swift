// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Fleet
import Glibc
import Manifest
import Model

/// Writes the files of one wave durably and together: all new contents beside their places, one sync, all renames, one
/// sync of the folders. A file is its old self or its new self, never something between.
struct FileBatch {
    let root: Root
    let originals: Originals
    private(set) var staged: [Staged] = []

    struct Staged {
        var desired: DesiredObject
        var spec: FileSpec
        var content: Digest
        /// What lay there before, if anything.
        var replaced: Metadata?
    }

    init(root: Root, originals: Originals) {
        self.root = root
        self.originals = originals
    }

    /// The name of a new content until it takes its place. Known from the file's name alone, so that what a killed
    /// process left is found again.
    static func temporaryName(for name: [UInt8]) -> [UInt8] {
        Array(".trimtab-\(Digest(of: name).hex.prefix(24)).new".utf8)
    }

    /// Makes the new content, readable by nobody else until it has its owner and mode.
    ///
    /// - Parameter fill: writes the content; hashes it meanwhile.
    mutating func stage(
        _ desired: DesiredObject, _ spec: FileSpec, fill: (borrowing OpenFile) async throws -> Digest
    ) async throws {
        let folder = try root.makeFolder(spec.path.parent)
        let name = spec.path.name
        let replaced = try folder.metadata(of: name)
        if replaced?.isFolder == true {
            throw SystemError(operation: "replace the folder", path: spec.path.bytes, code: EISDIR)
        }
        let temporary = Self.temporaryName(for: name)
        try folder.unlink(temporary)
        let file = try folder.openFile(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        CrashPoint.reached("host-made-temporary")
        do {
            let content = try await fill(file)
            let owner = try spec.owner.map { try Self.id($0, Names.user, "user") } ?? replaced?.owner
            let group = try spec.group.map { try Self.id($0, Names.group, "group") } ?? replaced?.group
            if owner != nil || group != nil, clinux_effective_user() == 0 {
                try check(clinux_fchown(file.descriptor, owner ?? .max, group ?? .max), "give away", spec.path.bytes)
            }
            try check(clinux_fchmod(file.descriptor, spec.mode), "set the mode of", spec.path.bytes)
            staged.append(Staged(desired: desired, spec: spec, content: content, replaced: replaced))
        } catch {
            _ = try? folder.unlink(temporary)
            throw error
        }
        CrashPoint.reached("host-filled-temporary")
    }

    private static func id(_ name: Text, _ find: (Text) -> UInt32?, _ noun: String) throws -> UInt32 {
        guard let id = find(name) else { throw UnknownName(noun: noun, name: name) }
        return id
    }

    /// Brings everything staged into place. What is returned could not be, and why.
    func commit(keepingOriginals: (DesiredObject) -> Bool) throws -> [ObjectID: Text] {
        var failed: [ObjectID: Text] = [:]
        try sync()
        CrashPoint.reached("host-synced-contents")
        for item in staged {
            do {
                let folder = try root.makeFolder(item.spec.path.parent)
                if item.replaced != nil, keepingOriginals(item.desired) {
                    try originals.keep(item.spec.path, in: folder)
                }
                CrashPoint.reached("host-kept-original")
                try folder.rename(Self.temporaryName(for: item.spec.path.name), to: item.spec.path.name)
                CrashPoint.reached("host-renamed")
            } catch {
                failed[item.desired.id] = Text("\(error)")
            }
        }
        try syncFolders()
        CrashPoint.reached("host-synced-folders")
        return failed
    }

    private var parents: [TreePath] { Array(Set(staged.map(\.spec.path.parent))) }

    /// A few files are synced one by one, many by their file system.
    private func sync() throws {
        if staged.count <= 4 {
            for item in staged {
                let folder = try root.makeFolder(item.spec.path.parent)
                let file = try folder.openFile(Self.temporaryName(for: item.spec.path.name), flags: O_RDONLY)
                try check(clinux_fsync(file.descriptor), "sync", item.spec.path.bytes)
            }
            return
        }
        var devices: Set<UInt64> = []
        for parent in parents {
            let folder = try root.makeFolder(parent)
            guard let metadata = try folder.metadata(of: []), devices.insert(metadata.device).inserted else { continue }
            try Root.syncFileSystem(of: folder)
        }
    }

    private func syncFolders() throws {
        let parents = parents
        if parents.count > 8 { return try sync() }
        for parent in parents { try root.makeFolder(parent).sync() }
    }
}

struct UnknownName: Error, CustomStringConvertible {
    var noun: String
    var name: Text

    var description: String { "there is no \(noun) \(name.quoted) on this host" }
}
