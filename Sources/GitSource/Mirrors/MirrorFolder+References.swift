// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
import Model
import SystemPackage

extension MirrorFolder {
    /// Points references of our own at commits that are known to be here, as `git update-ref` does without a log: the new
    /// file is made under the name `<reference>.lock`, which only one can do, and renamed into place. It saves each
    /// commit three processes.
    ///
    /// - Returns: `false` when a `git` is at work here or anything is in the way: then it is for `git` to do, or to say
    ///   why it can't be done. Some of the references may have been written.
    func point(_ references: [(name: String, commit: CommitID)]) -> Bool {
        guard LooseReferences(repository: path) != nil else { return false }
        var isDone = false
        let isFree = ifUnlocked {
            isDone = references.allSatisfy { reference in
                write("\(reference.commit.hex)\n", toReference: path.pushing(FilePath(reference.name)))
            }
        }
        return isFree && isDone
    }

    private func write(_ text: String, toReference file: FilePath) -> Bool {
        let bytes = Array(text.utf8)
        let lock = FilePath(file.string + ".lock")
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        var descriptor = open(lock.string, flags, 0o600)
        if descriptor < 0, errno == ENOENT {
            makeFolders(above: file)
            descriptor = open(lock.string, flags, 0o600)
        }
        guard descriptor >= 0 else { return false }
        let isWritten = Glibc.write(descriptor, bytes, bytes.count) == bytes.count
        guard close(descriptor) == 0, isWritten, rename(lock.string, file.string) == 0 else {
            unlink(lock.string)
            return false
        }
        return true
    }

    private func makeFolders(above file: FilePath) {
        var folder = path
        for component in file.removingLastComponent().components.dropFirst(path.components.count) {
            folder.append(component)
            mkdir(folder.string, 0o700)
        }
    }
}
