// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import KubernetesClient
import Manifest
import Model

/// What is kept of one live object while the process runs.
struct TrackedObject: Sendable {
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

        /// - Parameters:
        ///   - ours: what we applied of it; `nil` when nothing.
        ///   - known: how it was seen before. What is of the same generation has the same content, which is not read again.
        init(_ live: Value, ours: ManagedFields.Entry?, isOurs: Bool, known: Sighting? = nil) {
            let uid = live.uid ?? ""
            // The text that others hold already, not another that says the same.
            self.uid = known.flatMap { $0.uid == uid ? $0.uid : nil } ?? uid
            resourceVersion = live.resourceVersion ?? ""
            let generation = live.generation ?? 0
            self.generation = generation
            let same = known.flatMap { generation != 0 && $0.generation == generation && $0.uid == live.uid ? $0 : nil }
            content = same?.content ?? Self.content(of: live, ours)
            self.isOurs = isOurs
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

    /// What a watch reported, reduced to what a decision needs.
    struct News: Sendable {
        var sighting: Sighting
        /// Of what is ours in it; `nil` when only its metadata was sent.
        var owned: Digest?
        var health: HealthReport?
    }

    var unit: UnitID
    /// `nil`: it is not there, as far as anybody has seen.
    var sighting: Sighting?
    /// What it was like when it stood as applied; `nil` when it does not.
    var record: ObjectRecord?
    /// What a process before this one has left it like: a watch will say whether it still is.
    var expected: ObjectRecord? {
        get { expectedRecord?.content }
        set { expectedRecord = newValue.map(Boxed.init) }
    }
    private var expectedRecord: Boxed<ObjectRecord>?
    var health: HealthReport?
    /// It is well for as long as it is there.
    var isSteady = false
    /// Its status does not say which generation it is about.
    var isSettling = false
    /// Something happened that only a look at the whole can judge.
    var isDirty = true
    /// Seen since the last act.
    var isFresh = false
    /// Others put something in that an apply does not take out.
    var hasAdditions = false
    var isInFlight = false
    /// Reported while a write of ours was under way.
    var pending: News? {
        get { pendingNews?.content }
        set { pendingNews = newValue.map(Boxed.init) }
    }
    private var pendingNews: Boxed<News>?
    var seen: Moment?
    var applied: Moment?
    /// Which watch reports it.
    var feed: FeedKey?
    /// The list of the feed that it was last part of.
    var round = 0

    init(unit: UnitID) { self.unit = unit }

    /// Whether it was seen at this version, and nothing has to be looked at.
    func isSeen(at version: Text) -> Bool { !isInFlight && !isDirty && sighting?.resourceVersion == version }

    /// Takes in what a watch reported. Gives whether somebody should look: at a change of what we applied, or of how
    /// the object does.
    mutating func follow(_ news: News, now: Moment) -> Bool {
        if isInFlight {
            pending = news
            return false
        }
        if let sighting, !isDirty, sighting.resourceVersion == news.sighting.resourceVersion { return false }
        seen = now
        if take(news, now: now) { return false }
        let before = sighting
        sighting = news.sighting
        sighting?.isOurs = before?.isOurs ?? false
        let oldHealth = health
        if let health = news.health { self.health = health }
        // A new generation that left our fields alone may still be a container that somebody added.
        let isSameSpec =
            news.sighting.generation != 0 && before?.generation == news.sighting.generation
            || before?.content == news.sighting.content
        guard let record, record.uid == news.sighting.uid, let owned = news.owned, record.owned == owned, isSameSpec,
            !isDirty
        else {
            let wasDirty = isDirty
            isDirty = true
            return !wasDirty || before?.resourceVersion != news.sighting.resourceVersion
        }
        return oldHealth?.health != health?.health
    }

    /// Whether it is as a process before this one has left it; then it stands.
    private mutating func take(_ news: News, now: Moment) -> Bool {
        defer { expected = nil }
        guard let expected, news.isAsLeft(by: expected) else { return false }
        sighting = news.sighting
        sighting?.isOurs = true
        record = expected
        isDirty = false
        // Of what is known by its metadata alone there is nothing more to say.
        health = news.health ?? HealthReport(.healthy)
        seen = now
        return true
    }

    /// Whether anybody has looked at it, or is about to.
    var isMet: Bool { sighting != nil || record != nil || expected != nil || isInFlight }

    /// A watch says that it is gone, which a lost label looks like too.
    mutating func lose() -> Bool {
        if isInFlight { return false }
        isDirty = true
        return true
    }
}

extension TrackedObject.News {
    /// Whether nobody has written the object since, or only what is none of ours and no part of its spec.
    func isAsLeft(by record: ObjectRecord) -> Bool {
        guard record.uid == sighting.uid else { return false }
        if record.resourceVersion == sighting.resourceVersion { return true }
        guard let owned, record.generation != 0 else { return false }
        return record.generation == sighting.generation && record.owned == owned
    }
}
