// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc
import Manifest
import Model
import SystemPackage

/// The bare repository of a mirror on disk: how it is made, and made good after a `git` was killed in it. Everything
/// here blocks for a few small files.
struct MirrorFolder: Sendable {
    let path: FilePath

    enum Hash: String, Sendable {
        case sha1, sha256
    }

    /// Held by every `git` that writes, and by whatever survives it.
    var lock: FilePath { path.appending("trimtab.lock") }

    /// Where another copy is made while this one is in use.
    var fresh: MirrorFolder { MirrorFolder(path: FilePath(path.string + ".fresh")) }

    var exists: Bool { exists(path) }

    /// Says that nothing used the mirror when it was written.
    var idleMark: FilePath { path.appending("trimtab.idle") }

    /// What ids look like here; `nil` when there is no repository, or none that says so.
    var hash: Hash? {
        guard let bytes = PrivateFile.read(path.appending("config")) else { return nil }
        return String(decoding: bytes, as: UTF8.self).contains("objectformat = sha256") ? .sha256 : .sha1
    }

    /// Makes an empty repository, unless there is one. It appears at once, by a rename.
    func create(_ hash: Hash) throws(SourceFailure) {
        if exists(path.appending("HEAD")) { return }
        let draft = FilePath(path.string + ".new")
        remove(draft)
        for folder in ["", "objects", "objects/pack", "objects/info", "refs", "refs/heads"] {
            guard mkdir(draft.pushing(FilePath(folder)).string, 0o700) == 0 || errno == EEXIST else {
                throw failure(draft)
            }
        }
        let version = hash == .sha1 ? "0" : "1"
        var configuration = "[core]\n\trepositoryformatversion = \(version)\n\tfilemode = true\n\tbare = true\n"
        if hash == .sha256 { configuration += "[extensions]\n\tobjectformat = sha256\n" }
        try write(configuration, to: draft.appending("config"))
        try write("ref: refs/heads/none\n", to: draft.appending("HEAD"))
        try write("", to: draft.appending("trimtab.lock"))
        remove(path)
        guard rename(draft.string, path.string) == 0 else { throw failure(path) }
    }

    /// Drops the mirror: it is made again from its repository. It is gone at once; what is left by a kill is gone with the
    /// next ``delete()``.
    func delete() {
        let gone = FilePath(path.string + ".gone")
        remove(gone)
        if rename(path.string, gone.string) == 0 { remove(gone) }
    }

    /// Two mirrors change places, at no moment is there none. Fails when a `git` is at work in this one.
    func exchange(with other: MirrorFolder) throws(SourceFailure) {
        var code: Int32 = 0
        let isFree = ifUnlocked {
            code = -clinux_renameat2(
                AT_FDCWD, other.path.string, AT_FDCWD, path.string, UInt32(CLINUX_RENAME_EXCHANGE))
        }
        guard isFree else { throw .failed(reason: "\(path): a git is still at work in it") }
        guard code == 0 else { throw .onDisk(path, code) }
    }

    /// Removes what a killed `git` left: locks, and files that it had begun. The caller holds ``lock``, so that no `git`
    /// is alive in here.
    func removeLeftovers() {
        remove(in: path) { $0.hasSuffix(".lock") && $0 != "trimtab.lock" || $0 == "gc.pid" }
        for folder in [
            "refs", "refs/heads", "refs/trimtab", "refs/trimtab/seen", "refs/trimtab/accepted", "refs/trimtab/kept",
            "objects/info",
        ] {
            remove(in: path.pushing(FilePath(folder))) { $0.hasSuffix(".lock") }
        }
        remove(in: path.appending("objects")) { $0.hasPrefix("tmp_objdir") || $0.hasPrefix("tmp_") }
        remove(in: path.pushing("objects/pack")) {
            $0.hasPrefix("tmp_") || $0.hasPrefix(".tmp-") || $0.hasSuffix(".lock")
        }
    }

    /// Takes ``lock`` if no `git` holds it, calls `body`, and lets it go.
    func ifUnlocked(_ body: () -> Void) -> Bool {
        // A damaged mirror may lack its lock.
        let file = open(lock.string, O_RDONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        defer { close(file) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else { return false }
        body()
        return true
    }

    /// Names beneath ``Follow/seenFolder``.
    var seen: [String] { Self.names(in: path.pushing(FilePath(Follow.seenFolder))).filter { !$0.hasSuffix(".lock") } }

    /// How many packs there are.
    var packs: Int { Self.names(in: path.pushing("objects/pack")).count { $0.hasSuffix(".pack") } }

    static func names(in folder: FilePath) -> [String] {
        guard let stream = opendir(folder.string) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private func remove(in folder: FilePath, where isLeftover: (String) -> Bool) {
        for name in Self.names(in: folder) where isLeftover(name) { remove(folder.appending(name)) }
    }

    /// Links are removed, not followed.
    private func remove(_ path: FilePath) {
        guard unlink(path.string) != 0, errno == EISDIR || errno == EPERM else { return }
        for name in Self.names(in: path) { remove(path.appending(name)) }
        rmdir(path.string)
    }

    private func exists(_ path: FilePath) -> Bool { access(path.string, F_OK) == 0 }

    private func write(_ text: String, to file: FilePath) throws(SourceFailure) {
        let descriptor = open(file.string, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(file) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw failure(file) }
    }

    private func failure(_ file: FilePath) -> SourceFailure { .onDisk(file, errno) }
}

extension SourceFailure {
    static func onDisk(_ file: FilePath, _ code: Int32) -> SourceFailure {
        let reason = "\(file): \(Errno(rawValue: code))"
        return switch code {
        case ENOSPC, EDQUOT: .diskFull(reason: reason)
        case EROFS, EACCES, EPERM: .readOnly(reason: reason)
        default: .failed(reason: reason)
        }
    }
}
