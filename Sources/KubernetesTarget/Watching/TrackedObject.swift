// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// What is kept of one live object while the process runs. There are as many as objects under management, so that it is
/// kept small; `SightingTests` holds its size.
struct TrackedObject: Sendable {
    var unit: UnitID
    /// Which watch reports it.
    var feed: FeedKey?
    @Seldom private var rare: Rare?
    /// In nanoseconds.
    private var seenAt = Self.never
    private var appliedAt = Self.never
    private var shortRound: UInt32 = 0
    /// Counts what came that only a look can judge, and begins again when it is full. Whoever reads the object notes it
    /// before: what has come since may be newer than what was read.
    private(set) var told: UInt16 = 0
    private var healthCode: UInt8 = 0
    private var marks: Marks = .isDirty
    /// Last: it ends with a single byte, and what came behind would begin with the next eight.
    private var packed = Packed()

    private struct Marks: OptionSet {
        var rawValue: UInt8

        static let isSteady = Marks(rawValue: 1)
        static let isSettling = Marks(rawValue: 2)
        static let isDirty = Marks(rawValue: 4)
        static let isFresh = Marks(rawValue: 8)
        static let hasAdditions = Marks(rawValue: 16)
        static let isInFlight = Marks(rawValue: 32)
    }

    private static let never = Int64.min

    init(unit: UnitID) { self.unit = unit }

    /// `nil`: it is not there, as far as anybody has seen.
    var sighting: Sighting? {
        get { packed.sighting ?? rare?.sighting }
        set {
            let odd = packed.keep(newValue) ? nil : newValue
            keep(odd != nil) { $0.sighting = odd }
        }
    }

    /// What it was like when it stood as applied; `nil` when it does not.
    var record: ObjectRecord? {
        get { packed.record ?? rare?.record }
        set {
            let odd = packed.keep(newValue) ? nil : newValue
            keep(odd != nil) { $0.record = odd }
            // Of the object that is on record now, perhaps.
            if let odd = rare?.sighting { sighting = odd }
        }
    }

    /// What a process before this one has left it like: a watch will say whether it still is.
    var expected: ObjectRecord? {
        get { rare?.expected }
        set { keep(newValue != nil) { $0.expected = newValue } }
    }

    /// Reported while a write of ours was under way.
    var pending: News? {
        get { rare?.pending }
        set { keep(newValue != nil) { $0.pending = newValue } }
    }

    var health: HealthReport? {
        get {
            guard healthCode > 0, healthCode <= Health.allCases.count else { return nil }
            return HealthReport(Health.allCases[Int(healthCode) - 1], reason: rare?.healthReason ?? "")
        }
        set {
            healthCode = newValue.flatMap { Health.allCases.firstIndex(of: $0.health) }.map { UInt8($0 + 1) } ?? 0
            let reason = newValue?.reason ?? ""
            keep(!reason.isEmpty) { $0.healthReason = reason }
        }
    }

    private mutating func keep(_ isThere: Bool, _ change: (inout Rare) -> Void) {
        // Most often there is nothing, before and after.
        guard isThere || rare != nil else { return }
        var new = rare ?? Rare()
        change(&new)
        rare = new.isEmpty ? nil : new
    }

    private subscript(mark: Marks) -> Bool {
        get { marks.contains(mark) }
        set { if newValue { marks.insert(mark) } else { marks.remove(mark) } }
    }

    /// It is well for as long as it is there.
    var isSteady: Bool {
        get { self[.isSteady] }
        set { self[.isSteady] = newValue }
    }

    /// Its status does not say which generation it is about.
    var isSettling: Bool {
        get { self[.isSettling] }
        set { self[.isSettling] = newValue }
    }

    /// Something happened that only a look at the whole can judge.
    var isDirty: Bool {
        get { self[.isDirty] }
        set { self[.isDirty] = newValue }
    }

    /// Seen since the last act.
    var isFresh: Bool {
        get { self[.isFresh] }
        set { self[.isFresh] = newValue }
    }

    /// Others put something in that an apply does not take out.
    var hasAdditions: Bool {
        get { self[.hasAdditions] }
        set { self[.hasAdditions] = newValue }
    }

    var isInFlight: Bool {
        get { self[.isInFlight] }
        set { self[.isInFlight] = newValue }
    }

    /// What is being read of it now may be older than what is known.
    mutating func overtake() { told &+= 1 }

    /// One of which nothing is known, in its place: looks at it that are under way go on.
    var emptied: TrackedObject {
        var empty = TrackedObject(unit: unit)
        empty.feed = feed
        empty.shortRound = shortRound
        empty.told = told &+ 1
        return empty
    }

    var seen: Moment? {
        get { seenAt == Self.never ? nil : Moment(nanoseconds: seenAt) }
        set { seenAt = newValue?.nanoseconds ?? Self.never }
    }

    var applied: Moment? {
        get { appliedAt == Self.never ? nil : Moment(nanoseconds: appliedAt) }
        set { appliedAt = newValue?.nanoseconds ?? Self.never }
    }

    /// The list of the feed that it was last part of.
    var round: Int {
        get { Int(shortRound) }
        set { shortRound = UInt32(clamping: newValue) }
    }
}
