// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// What was seen of an object when it last stood as desired, so that metadata alone can tell that it still does.
struct Observation: Sendable, Hashable {
    /// The desired object that it stood for.
    var object: Digest
    /// As declared.
    var path: HostPath
    /// Where it really lay.
    var real: HostPath
    var live: Stamp
    /// `nil` for what has no content.
    var content: ContentID?
    /// Whether the change was old enough when it was seen that a later one must show in its times: the kernel's clock
    /// for files ticks every few milliseconds.
    var isSettled: Bool

    /// What a change of content or metadata cannot leave as it was.
    struct Stamp: Sendable, Hashable {
        var inode: UInt64
        var device: UInt64
        var size: Int64
        var modified: Int64
        var changed: Int64
        var mode: UInt32
        var owner: UInt32
        var group: UInt32

        init(_ live: Metadata) {
            inode = live.inode
            device = live.device
            size = live.size
            modified = live.modified
            changed = live.changed
            mode = live.mode
            owner = live.owner
            group = live.group
        }
    }

    /// Times of files tick at most this slowly (CONFIG_HZ=100), and twice that is safe.
    private static let tick: Int64 = 20_000_000

    init(
        object: Digest, path: HostPath, real: HostPath, live: Metadata, content: ContentID?, now: Time
    ) {
        self.object = object
        self.path = path
        self.real = real
        self.live = Stamp(live)
        self.content = content
        isSettled = now.nanoseconds - max(live.changed, live.modified) > Self.tick
    }

    /// Whether the object as desired now is known to stand, given what the kernel tells.
    func vouches(for object: Digest, at live: Metadata?) -> Bool {
        guard isSettled, self.object == object, let live else { return false }
        return self.live == Stamp(live)
    }
}
