// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Synchronization

/// Files as we put them in place, so that the watch tells our own writes from those of others.
///
/// Only hashes are kept, of paths and of what lies there: 10,000 files take a few hundred kilobytes. They are keyed anew
/// in each process, so that nobody can choose a name or a file that hashes as another.
final class OwnWrites: Sendable {
    /// Beyond this the oldest are forgotten, which costs a look at a file and nothing else.
    private static let limit = 20_000

    private let files = Mutex<[Int: Int]>([:])
    private let witness: Witness

    init(witness: Witness) { self.witness = witness }

    /// Called before the names are taken: an event may come at once. `nil` where nothing is left.
    func expect(_ writes: [(path: HostPath, metadata: Metadata?)]) {
        guard !writes.isEmpty else { return }
        witness.forget(writes.lazy.map(\.path))
        files.withLock { files in
            if files.count > Self.limit { files.removeAll() }
            for write in writes { files[write.path.hashValue] = Self.hash(write.metadata) }
        }
    }

    /// Whether the file at a path is the one that we left there.
    func isOurs(_ path: HostPath, live: Metadata?) -> Bool {
        files.withLock { $0[path.hashValue] } == Self.hash(live)
    }

    /// Of what tells a file from another, as far as metadata can, and of what belongs to its declaration. A rename
    /// changes none of it, but the time of change.
    private static func hash(_ metadata: Metadata?) -> Int {
        var hasher = Hasher()
        hasher.combine(metadata != nil)
        if let metadata {
            for number in [metadata.inode, metadata.device] { hasher.combine(number) }
            for number in [metadata.size, metadata.modified] { hasher.combine(number) }
            hasher.combine(metadata.kind)
            for number in [metadata.mode, metadata.owner, metadata.group] { hasher.combine(number) }
        }
        return hasher.finalize()
    }
}
