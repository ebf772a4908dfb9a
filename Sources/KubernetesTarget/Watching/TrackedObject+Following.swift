// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension TrackedObject {
    /// Whether it was seen at this version, and nothing has to be looked at.
    func isSeen(at version: Text) -> Bool { !isInFlight && !isDirty && sighting?.resourceVersion == version }

    /// Takes in what a watch reported. Gives whether somebody should look: at a change of what we applied, or of how
    /// the object does.
    mutating func follow(_ news: News, now: Moment) -> Bool {
        if isInFlight {
            pending = news
            return false
        }
        if let began = news.unlistedSince { return miss(news.sighting.resourceVersion, since: began) }
        if news.isGone { return sighting?.uid == news.sighting.uid && lose(news.sighting.uid) }
        if let sighting, !isDirty, sighting.resourceVersion == news.sighting.resourceVersion { return false }
        seen = now
        if take(news, now: now) { return false }
        let before = sighting
        sighting = news.sighting
        // Whatever took its name is somebody else's, until somebody looks.
        sighting?.isOurs = before.map { $0.isOurs && $0.uid == news.sighting.uid } ?? false
        let oldHealth = health
        if let health = news.health { self.health = health }
        // A new generation that left our fields alone may still be a container that somebody added.
        let isSameSpec =
            news.sighting.generation != 0 && before?.generation == news.sighting.generation
            || before?.content == news.sighting.content
        guard let record, record.uid == news.sighting.uid, let owned = news.owned, record.owned == owned, isSameSpec,
            !isDirty
        else {
            let (wasDirty, isNew) = (isDirty, before?.resourceVersion != news.sighting.resourceVersion)
            isDirty = true
            // What is told again is not newer than what is being read.
            if isNew { overtake() }
            return !wasDirty || isNew
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

    /// A watch says that it is gone, which a lost label looks like too. While a write of ours is under way it may speak of
    /// what was there before, which the answer tells.
    mutating func lose(_ uid: Text) -> Bool {
        if isInFlight {
            pending = News(goneWith: uid)
            return false
        }
        isDirty = true
        overtake()
        return true
    }

    /// A list that began at some moment did not name it. What was written since then, and after the version that the list
    /// shows, is told by the watch that goes on from there; anything else has to be looked at.
    private mutating func miss(_ version: Text, since began: Moment) -> Bool {
        let isWritten = applied.map { $0 >= began } ?? false
        if isWritten, sighting?.isNewer(than: version) ?? false { return false }
        isDirty = true
        overtake()
        return true
    }
}
