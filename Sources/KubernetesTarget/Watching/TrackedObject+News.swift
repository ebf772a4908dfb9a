// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest
import Model

extension TrackedObject {
    /// A live object as it was last seen.
    struct Sighting: Sendable, Hashable {
        var uid: Text
        var resourceVersion: Text
        /// 0 for kinds that have none.
        var generation: Int64
        /// A hash, good within this process, of the parts beside metadata in which we declare something. What happens
        /// elsewhere in the object is no addition to what is ours.
        var content: Int
        var isOurs: Bool
    }

    /// What a watch reported, reduced to what a decision needs.
    struct News: Sendable {
        var sighting: Sighting
        /// Of what is ours in it; `nil` when only its metadata was sent.
        var owned: Digest?
        var health: HealthReport?
        /// It is not there any more.
        var isGone = false
        /// A list that began then did not name it; the sighting's version is the list's.
        var unlistedSince: Moment?
    }
}

extension TrackedObject.Sighting {
    /// - Parameters:
    ///   - ours: what we applied of it; `nil` when nothing.
    ///   - known: how it was seen before. What is of the same generation has the same content, which is not read again.
    init(_ live: Value, ours: ManagedFields.Entry?, isOurs: Bool, known: Self? = nil) {
        uid = live.uid ?? ""
        resourceVersion = live.resourceVersion ?? ""
        let generation = live.generation ?? 0
        self.generation = generation
        let same = known.flatMap { generation != 0 && $0.generation == generation && $0.uid == live.uid ? $0 : nil }
        content = same?.content ?? Self.content(of: live, ours)
        self.isOurs = isOurs
    }

    /// Whether it was written after a version. What is no number cannot be told.
    func isNewer(than version: Text) -> Bool {
        guard let own = TrackedObject.Packed.number(resourceVersion), let other = TrackedObject.Packed.number(version)
        else { return false }
        return own > other
    }

    private static func content(of live: Value, _ ours: ManagedFields.Entry?) -> Int {
        var hasher = Hasher()
        for pair in ours?.fields.objectValue?.pairs ?? [] {
            guard pair.key != "f:metadata", pair.key.utf8.starts(with: "f:".utf8),
                let root = Text(utf8: pair.key.utf8.dropFirst(2))
            else { continue }
            hasher.combine(root)
            hasher.combine(live[root])
        }
        return hasher.finalize()
    }
}

extension TrackedObject.News {
    /// Of an object that was there with this UID.
    init(goneWith uid: Text) {
        sighting = TrackedObject.Sighting(uid: uid, resourceVersion: "", generation: 0, content: 0, isOurs: false)
        isGone = true
    }

    /// Not named by a list that shows what was at a version.
    init(unlistedAt version: Text, since began: Moment) {
        sighting = TrackedObject.Sighting(uid: "", resourceVersion: version, generation: 0, content: 0, isOurs: false)
        unlistedSince = began
    }

    /// Whether nobody has written the object since, or only what is none of ours and no part of its spec.
    func isAsLeft(by record: ObjectRecord) -> Bool {
        guard record.uid == sighting.uid else { return false }
        if record.resourceVersion == sighting.resourceVersion { return true }
        guard let owned, record.generation != 0 else { return false }
        return record.generation == sighting.generation && record.owned == owned
    }
}
