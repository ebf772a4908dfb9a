// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
import Manifest
import Model
package import SystemPackage

/// What was last accepted of each thing that is followed: one small file each, apart from the mirrors, because a mirror
/// can be fetched again and this cannot.
package struct AcceptedCommits: Sendable {
    private let folder: FilePath

    struct Entry: Sendable, Hashable {
        var commit: CommitID
        /// The key set that it was verified with.
        var keys: Digest?
        /// Who signed it, as those keys call them.
        var signer: Text?
    }

    /// - Parameter folder: of this and nothing else; made when it is not there.
    package init(folder: FilePath) throws(SourceFailure) {
        self.folder = folder
        guard mkdir(folder.string, 0o700) == 0 || errno == EEXIST else { throw .onDisk(folder, errno) }
    }

    /// `nil` when nothing was accepted yet. A file that cannot be read is an error: taking it for none would let any
    /// history in.
    func read(_ key: String) throws(SourceFailure) -> Entry? {
        let file = folder.appending(key)
        guard access(file.string, F_OK) == 0 else {
            if errno == ENOENT { return nil }
            throw .onDisk(file, errno)
        }
        var fields: [Substring: Substring] = [:]
        for line in String(decoding: PrivateFile.read(file) ?? [], as: UTF8.self).split(separator: "\n") {
            guard let space = line.firstIndex(of: " ") else { continue }
            fields[line[..<space]] = line[line.index(after: space)...]
        }
        guard let commit = fields["commit"].flatMap({ CommitID(hex: $0) }) else {
            throw .failed(
                reason: "\(file) is damaged; write \"commit\" and the full id of the last good commit into it")
        }
        return Entry(
            commit: commit, keys: fields["keys"].flatMap { Digest(hex: $0) },
            signer: fields["signer"].map { Text(String($0)) })
    }

    func write(_ entry: Entry, for key: String, about text: String) throws(SourceFailure) {
        var lines = "commit \(entry.commit.hex)\n"
        if let keys = entry.keys { lines += "keys \(keys.hex)\n" }
        if let signer = entry.signer { lines += "signer \(signer)\n" }
        lines += "of \(text)\n"
        try PrivateFile.write(Array(lines.utf8), to: folder.appending(key))
    }
}
