// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc
import Manifest
import Model

/// A folder to be made or set right.
struct FolderWrite: Sendable {
    let id: ObjectID
    let spec: DirectorySpec
    let owner: Ownership
    let wave: Int
    let located: Located

    /// Gives whether anything had to be done.
    func carryOut(_ bench: Workbench, _ neighbours: Neighbours) throws(HostFault) -> Bool {
        guard let parent = spec.path.parent else { throw HostFault("the root itself cannot be declared") }
        let made = try bench.reach.makeFolders(at: parent)
        bench.counters.count { $0.folders += made.count }
        for holder in made.compactMap(\.parent) { try bench.reach.open(holder)?.sync() }
        do throws(Obstacle) { _ = try bench.locate(spec.path, as: id.kind) } catch { throw error.fault }
        guard let folder = try bench.reach.open(parent) else { throw HostFault("\(parent) vanished") }
        guard let live = try folder.metadata(of: spec.path.name) else {
            try folder.makeFolder(spec.path.name, mode: spec.mode, owner: owner.user, group: owner.group)
            bench.counters.count { $0.folders += 1 }
            CrashPoint.reached("host.folder.made")
            try folder.sync()
            bench.reach.forgetAbsent()
            return true
        }
        guard live.kind == .folder else {
            throw HostFault("\(spec.path) is \(live.kind.inWords), not a folder: move it away, then sync again")
        }
        let isAdjusted = try adjust(folder, live)
        if isAdjusted { bench.counters.count { $0.adjusted += 1 } }
        let removed = try removeForeign(bench, neighbours, in: folder.path.appending(spec.path.name))
        bench.counters.count { $0.removed += removed }
        return isAdjusted || removed > 0
    }

    private func adjust(_ folder: Folder, _ live: Metadata) throws(HostFault) -> Bool {
        guard !FieldDifference.metadata(live, mode: spec.mode, owner).isEmpty else { return false }
        let path = folder.path.appending(spec.path.name)
        let opened = try folder.open(spec.path.name, O_RDONLY | O_DIRECTORY)
        if live.mode & spec.mode != live.mode { try Folder.setMode(of: opened, live.mode & spec.mode, at: path) }
        try Folder.setOwner(of: opened, owner.user, owner.group, at: path)
        try Folder.setMode(of: opened, spec.mode, at: path)
        _ = try checked(clinux_fsync(opened.raw), "sync", path)
        return true
    }

    /// Files, links and empty folders only, and never more than was allowed.
    private func removeForeign(
        _ bench: Workbench, _ neighbours: Neighbours, in path: HostPath
    ) throws(HostFault) -> Int {
        guard let exclusive = spec.exclusive, let folder = try bench.reach.open(path) else { return 0 }
        let foreign = try neighbours.foreignNames(in: folder, declaredAs: spec.path, for: bench)
        guard foreign.count <= exclusive.atMost else {
            throw HostFault(
                "\(spec.path) holds \(foreign.count) entries that no object declares, more than the \(exclusive.atMost)"
                    + " that one sync may remove: declare them, move them away, or raise spec.exclusive.atMost")
        }
        var removed = 0
        for entry in foreign {
            let path = folder.path.appending(entry.name)
            switch entry.live.kind {
            case .folder:
                guard !entry.live.isMountRoot else { throw HostFault("\(path) is a mount point and stays") }
                do throws(HostFault) {
                    try folder.removeFolder(entry.name)
                } catch  where [ENOTEMPTY, EEXIST].contains(error.code) {
                    throw HostFault("\(path) is a folder that is not empty: move it away, then sync again")
                }
            case .file, .link: try folder.remove(entry.name)
            default: throw HostFault("\(path) is \(entry.live.kind.inWords) and stays: move it away, then sync again")
            }
            removed += 1
            CrashPoint.reached("host.foreign.removed")
        }
        if removed > 0 { try folder.sync() }
        return removed
    }
}
