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
        /// Of the plan that waits. What is in it is worked out again for whoever looks at it or lets it through.
        var plan: Digest?
        var state: SyncState
        /// The content whose objects the driver was told to watch.
        var watched: Digest?
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
