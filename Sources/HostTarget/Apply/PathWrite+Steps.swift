// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Engine
import Glibc
import Manifest
import Model

/// The steps of a write. Each leaves the target whole: a name has its old content or its new one.
extension PathWrite {
    /// Makes the folders on the way, and looks again where they lead.
    mutating func prepare(_ bench: Workbench) throws(HostFault) {
        if isAdjustment, var after = before, case .file(_, let mode) = payload {
            after.mode = mode
            after.owner = finalOwner.user ?? after.owner
            after.group = finalOwner.group ?? after.group
            written = after
        }
        guard located.folder == nil, let parent = path.parent else { return }
        made = try bench.reach.makeFolders(at: parent)
        bench.counters.count { [made] in $0.folders += made.count }
        CrashPoint.reached("host.parents.made")
        do throws(Obstacle) { located = try bench.locate(path, as: id.kind) } catch { throw error.fault }
        before = try located.folder?.metadata(of: located.name)
        if let before { throw HostFault("\(path) has become \(before.kind.inWords) meanwhile") }
    }

    /// Writes inline content or a link under a temporary name, readable by nobody else before it has its owner.
    mutating func stageInline() throws(HostFault) {
        guard let folder = located.folder else { throw HostFault("the folder of \(path) does not exist") }
        switch payload {
        case .link(let target):
            let temporary = TemporaryName.make(for: fleet)
            try folder.makeLink(temporary, to: target)
            self.temporary = temporary
            try folder.setOwner(of: temporary, finalOwner)
            written = try folder.metadata(of: temporary)
        case .file(.inline(let text), _):
            let file = try begin()
            var text = text.string
            let fault: HostFault? = text.withUTF8 { bytes in
                do throws(HostFault) {
                    try file.write(UnsafeRawBufferPointer(bytes), at: located.real)
                    return nil
                } catch {
                    return error
                }
            }
            if let fault { throw fault }
            try finish(file)
        case .file(.secret(let bytes), _):
            let file = try begin()
            try bytes.withExposed { bytes throws(HostFault) in
                let fault: HostFault? = bytes.withUnsafeBytes { bytes in
                    do throws(HostFault) {
                        try file.write(bytes, at: located.real)
                        return nil
                    } catch {
                        return error
                    }
                }
                if let fault { throw fault }
            }
            try finish(file)
        case .file(.blob, _): break
        }
    }

    /// Streams content from the source into a temporary file, and makes sure that it is what was named.
    mutating func stageBlob(_ contents: any BlobReader) async {
        guard isPending, case .file(.blob(let blob), _) = payload else { return }
        do throws(HostFault) {
            let file = try begin()
            var hash = ContentHash(like: blob.id, size: blob.size)
            do {
                try await contents.stream(blob) { piece in
                    try piece.withUnsafeBytes { bytes in
                        hash.update(bytes)
                        try file.write(bytes, at: located.real)
                    }
                }
            } catch let fault as HostFault {
                throw fault
            } catch {
                throw HostFault("cannot read \(blob.path) from the source: \(error)")
            }
            guard hash.count == blob.size, hash.finish() == blob.id else {
                throw HostFault("\(blob.path) of the source is damaged: its content is not \(blob.id)")
            }
            try finish(file)
        } catch {
            fault = error
        }
    }

    private mutating func begin() throws(HostFault) -> Descriptor {
        guard let folder = located.folder else { throw HostFault("the folder of \(path) does not exist") }
        let temporary = TemporaryName.make(for: fleet)
        let file = try folder.open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        self.temporary = temporary
        CrashPoint.reached("host.temporary.made")
        return file
    }

    private mutating func finish(_ file: Descriptor) throws(HostFault) {
        guard case .file(_, let mode) = payload else { return }
        CrashPoint.reached("host.temporary.filled")
        let owner = finalOwner
        if owner != .unmanaged { try Folder.setOwner(of: file, owner.user, owner.group, at: located.real) }
        try Folder.setMode(of: file, mode, at: located.real)
        var raw = clinux_metadata()
        _ = try checked(clinux_statx(file.raw, "", &raw), "look at", located.real)
        written = Metadata(raw)
    }

    /// Makes the new content durable, before any name leads to it.
    func sync() throws(HostFault) {
        guard let folder = located.folder, let temporary else { return }
        let file = try folder.open(temporary)
        _ = try checked(clinux_fsync(file.raw), "write", located.real)
    }

    /// The new file takes its place at once. What stood there lies under the temporary name from then on, so that it
    /// can come back.
    mutating func swap() throws(HostFault) {
        guard let folder = located.folder, let temporary else { throw HostFault("\(path) was not written") }
        guard before != nil else {
            do throws(HostFault) {
                try folder.rename(temporary, toNew: located.name)
            } catch  where error.code == EEXIST {
                throw HostFault("\(path) was made by someone else meanwhile; the next attempt looks at it again")
            } catch  where error.code == EINVAL {
                // A file system that knows no flags.
                try folder.rename(temporary, over: located.name)
            }
            isInPlace = true
            self.temporary = nil
            return
        }
        do throws(HostFault) {
            try folder.exchange(temporary, with: located.name)
        } catch  where error.code == EINVAL {
            let aside = TemporaryName.make(for: fleet)
            try folder.link(located.name, into: folder, as: aside)
            try folder.rename(temporary, over: located.name)
            self.temporary = aside
        } catch  where error.code == ENOENT {
            // Removed meanwhile: then the place is free.
            try folder.rename(temporary, toNew: located.name)
            self.temporary = nil
        }
        isInPlace = true
    }

    /// The old file comes back, or the name goes when there was none.
    mutating func swapBack() throws(HostFault) {
        guard isInPlace, let folder = located.folder else { return }
        if let temporary { try folder.rename(temporary, over: located.name) } else { try folder.remove(located.name) }
        temporary = nil
        isInPlace = false
        isPutBack = true
    }

    /// Removes what is left under the temporary name.
    mutating func clean() {
        guard let folder = located.folder, let name = temporary else { return }
        temporary = nil
        // What cannot be removed now is removed by the next recovery.
        _ = try? folder.remove(name)
    }

    /// Sets owner and mode of the file that is there, never wider in between than before or after.
    func adjust() throws(HostFault) {
        guard let folder = located.folder, let before, case .file(_, let mode) = payload else { return }
        let file = try folder.open(located.name)
        var raw = clinux_metadata()
        _ = try checked(clinux_statx(file.raw, "", &raw), "look at", located.real)
        let live = Metadata(raw)
        guard live.inode == before.inode, live.kind == .file, live.links == 1 else {
            throw HostFault("\(path) was replaced by someone else meanwhile; the next attempt looks at it again")
        }
        if live.mode & mode != live.mode { try Folder.setMode(of: file, live.mode & mode, at: located.real) }
        try Folder.setOwner(of: file, owner.user, owner.group, at: located.real)
        try Folder.setMode(of: file, mode, at: located.real)
        _ = try checked(clinux_fsync(file.raw), "write", located.real)
    }

    /// Looks at what stands now, to recognise it later.
    mutating func observe(now: Time) throws(HostFault) {
        guard let folder = located.folder, let live = try folder.metadata(of: located.name) else { return }
        let content: ContentID? = if case .file(let content, _) = payload { content.id } else { nil }
        // Somebody was faster than we could look: it is compared anew.
        if let written, !live.isSameContent(as: written) { return }
        observation = Observation(
            object: digest, path: path, real: located.real, live: live, content: content, now: now)
    }
}
