// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

extension UnitRecord {
    /// What few units have at a time. Of those that have some of it, most have little, so that what is large in it lies
    /// apart once more.
    struct Rare: Sendable, Hashable {
        var recovered: Set<ObjectID> = []
        @Seldom var openSync: OpenSync?
        @Seldom var cancelled: Cancelled?
        var cancelledBy: Actor?
        var bad: [Digest] = []
        var lifted: [Digest] = []
        @Seldom var pause: Paused?
        var pausedBy: Actor?
        var confirmed: [Digest] = []
        var votes: [Vote] = []
        var failure: Text = ""
        @Seldom var drift: Drifted?
        var driftSince: Time?
        @Seldom var fight: FightDetected?
        @Seldom var additions: AdditionsSeen?
        var additionsSince: Time?

        static let nothing = Rare()
    }

    /// Objects of the inventory that are only known from the target, since the journal was lost, and that nothing has
    /// confirmed.
    package var recovered: Set<ObjectID> {
        get { $rare.read { $0.recovered } ?? [] }
        _modify { yield &rare[or: .nothing].recovered }
    }
    /// A sync without an end: the process was killed in it.
    package var openSync: OpenSync? {
        get { $rare.read { $0.openSync } ?? nil }
        _modify { yield &rare[or: .nothing].openSync }
    }
    /// What a person stopped, until something is synced or taken up again.
    package var cancelled: Cancelled? {
        get { $rare.read { $0.cancelled } ?? nil }
        _modify { yield &rare[or: .nothing].cancelled }
    }
    /// `nil` when nobody did.
    package var cancelledBy: Actor? {
        get { $rare.read { $0.cancelledBy } ?? nil }
        _modify { yield &rare[or: .nothing].cancelledBy }
    }
    package var bad: [Digest] {
        get { $rare.read { $0.bad } ?? [] }
        _modify { yield &rare[or: .nothing].bad }
    }
    /// Marks that a person took back: the engine does not set them again by itself.
    package var lifted: [Digest] {
        get { $rare.read { $0.lifted } ?? [] }
        _modify { yield &rare[or: .nothing].lifted }
    }
    package var pause: Paused? {
        get { $rare.read { $0.pause } ?? nil }
        _modify { yield &rare[or: .nothing].pause }
    }
    /// `nil` when nobody paused.
    package var pausedBy: Actor? {
        get { $rare.read { $0.pausedBy } ?? nil }
        _modify { yield &rare[or: .nothing].pausedBy }
    }
    package var confirmed: [Digest] {
        get { $rare.read { $0.confirmed } ?? [] }
        _modify { yield &rare[or: .nothing].confirmed }
    }
    /// What was said of the plan that was voted on last, one entry a person.
    package var votes: [Vote] {
        get { $rare.read { $0.votes } ?? [] }
        _modify { yield &rare[or: .nothing].votes }
    }
    package var failure: Text {
        get { $rare.read { $0.failure } ?? "" }
        _modify { yield &rare[or: .nothing].failure }
    }
    /// Open drift, until it is healed or synced over.
    package var drift: Drifted? {
        get { $rare.read { $0.drift } ?? nil }
        _modify { yield &rare[or: .nothing].drift }
    }
    /// When the drift that is open was first seen; `nil` without.
    package var driftSince: Time? {
        get { $rare.read { $0.driftSince } ?? nil }
        _modify { yield &rare[or: .nothing].driftSince }
    }
    package var fight: FightDetected? {
        get { $rare.read { $0.fight } ?? nil }
        _modify { yield &rare[or: .nothing].fight }
    }
    /// What others have put into objects, as last told; `nil` while there is nothing.
    package var additions: AdditionsSeen? {
        get { $rare.read { $0.additions } ?? nil }
        _modify { yield &rare[or: .nothing].additions }
    }
    /// When some of it was first seen; `nil` without.
    package var additionsSince: Time? {
        get { $rare.read { $0.additionsSince } ?? nil }
        _modify { yield &rare[or: .nothing].additionsSince }
    }
}
