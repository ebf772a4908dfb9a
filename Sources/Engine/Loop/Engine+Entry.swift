// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension Engine {
    /// What an engine knows of a unit. There is one of each unit: what few of them have at a time lies apart.
    struct Entry {
        var managed: ManagedUnit
        @Apart var record: UnitRecord
        var reason: Text
        private var waiting = Waiting.nothing
        /// Of the content whose objects the driver was told to watch.
        private var watchedMark: UInt64?
        var state: SyncState
        @Seldom private var unsettled: Unsettled?

        init(managed: ManagedUnit, record: Apart<UnitRecord>, state: SyncState, reason: Text) {
            self.managed = managed
            _record = record
            self.state = state
            self.reason = reason
        }
    }
}

extension Engine.Entry {
    /// Which plan waits.
    private enum Waiting {
        case nothing
        /// The one that the journal says was held back last: mostly it is.
        case recorded
        case other(Apart<Digest>)
    }

    /// Of the plan that waits. What is in it is worked out again for whoever looks at it or lets it through.
    var plan: Digest? {
        get {
            switch waiting {
            case .nothing: nil
            case .recorded: record.blocked?.plan
            case .other(let plan): plan.wrappedValue
            }
        }
        set {
            waiting =
                if let newValue {
                    newValue == record.blocked?.plan ? .recorded : .other(Apart(wrappedValue: newValue))
                } else { .nothing }
        }
    }

    /// Whether it is the content whose objects the driver was told to watch; `nil` for none.
    func isWatched(_ content: Digest?) -> Bool { watchedMark == content?.mark }

    mutating func watch(_ content: Digest?) { watchedMark = content?.mark }

    private struct Unsettled: Equatable {
        var fights = FightLedger()
        var ill: [ObjectID: HealthReport] = [:]
        var unpruned: [ObjectID] = []
        var failures = 0
        var nextAttempt: Time?
        var running: Version?
        var cancellation: Text?

        static let nothing = Unsettled()
    }

    var fights: FightLedger {
        get { $unsettled.read { $0.fights } ?? FightLedger() }
        _modify { yield &unsettled[or: .nothing].fights }
    }
    /// Objects that are not well, as far as anybody has looked.
    var ill: [ObjectID: HealthReport] {
        get { $unsettled.read { $0.ill } ?? [:] }
        _modify { yield &unsettled[or: .nothing].ill }
    }
    /// Objects that left Git and stay.
    var unpruned: [ObjectID] {
        get { $unsettled.read { $0.unpruned } ?? [] }
        _modify { yield &unsettled[or: .nothing].unpruned }
    }
    var failures: Int {
        get { $unsettled.read { $0.failures } ?? 0 }
        _modify { yield &unsettled[or: .nothing].failures }
    }
    var nextAttempt: Time? {
        get { $unsettled.read { $0.nextAttempt } ?? nil }
        _modify { yield &unsettled[or: .nothing].nextAttempt }
    }
    /// The version that the run under way began with.
    var running: Version? {
        get { $unsettled.read { $0.running } ?? nil }
        _modify { yield &unsettled[or: .nothing].running }
    }
    /// Why the run under way is to end before its next act; `nil` when it is not.
    var cancellation: Text? {
        get { $unsettled.read { $0.cancellation } ?? nil }
        _modify { yield &unsettled[or: .nothing].cancellation }
    }
}
