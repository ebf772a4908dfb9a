// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Synchronization

/// Files as we put them in place, so that the watch tells our own writes from those of others.
final class OwnWrites: Sendable {
    /// Beyond this the oldest are forgotten, which costs a look at a file and nothing else.
    private static let limit = 20_000

    private let files = Mutex<[HostPath: Metadata?]>([:])

    /// Called before the names are taken: an event may come at once. `nil` where nothing is left.
    func expect(_ writes: [(path: HostPath, metadata: Metadata?)]) {
        guard !writes.isEmpty else { return }
        files.withLock { files in
            if files.count > Self.limit { files.removeAll() }
            for write in writes { files[write.path] = .some(write.metadata) }
        }
    }

    /// Whether the file at a path is the one that we left there.
    func isOurs(_ path: HostPath, live: Metadata?) -> Bool {
        guard let ours = files.withLock({ $0[path] }) else { return false }
        guard let live, let ours else { return live == nil && ours == nil }
        return live.isSameContent(as: ours) && live.mode == ours.mode && live.owner == ours.owner
            && live.group == ours.group
    }
}
