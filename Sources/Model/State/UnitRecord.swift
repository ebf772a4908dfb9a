// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What the journal knows of one unit: a fold over its events. What a unit at rest has not lies apart.
package struct UnitRecord: Sendable, Hashable {
    package struct Applied: Sendable, Hashable {
        package var version: Version
        package var render: Digest
        package var time: Time
    }

    /// One sync that reached its end, newest last in ``UnitRecord/history``.
    package struct Entry: Sendable, Hashable {
        package var version: Version
        package var render: Digest
        package var cause: SyncCause
        package var actor: Actor
        package var started: Time
        package var ended: Time
        package var result: SyncEnded.Result
        package var reason: Text
        package var counts: ChangeCounts
        /// Whether the unit has been Healthy with this content.
        package var wasHealthy: Bool
        /// Whether only some objects were synced, so that the unit came to no version.
        package var isPart = false

        /// Whether the unit can be brought back to it.
        package var isGood: Bool { result == .succeeded && wasHealthy && !isPart }
    }

    package struct OpenSync: Sendable, Hashable {
        package var started: SyncStarted
        package var time: Time
        package var actor: Actor
        /// The objects of waves that have an intent and no outcome yet.
        package var unanswered: Set<ObjectID>
    }

    package var inventory = Inventory()
    package var applied: Applied?
    /// At most ``historyLimit``, oldest first.
    package var history: [Entry] = []
    /// What the newest version rendered to when that was last put on record.
    package var rendered: Digest?
    /// Whether a sync to other content ended before its end, so that live objects may belong to two versions.
    package var isTorn = false
    /// Whether it ever was given any secrets.
    package var hadSecrets = false
    /// Whether the unit left the fleet.
    package var isRemoved = false
    /// The content that the last sync of the whole began to bring: whoever had to agree to it has.
    package var begun: Digest?
    @Seldom package var blocked: PlanBlocked?
    package var health = HealthReport(.unknown)
    /// What the unit was last given of secrets, ordered by place.
    package var secrets: [SecretAccess] = []
    /// Where its manifests have them, or had them; `nil` when they never had any.
    @Seldom package var secretFields: SecretFields?
    /// As of the last sync.
    package var testament = Testament()
    /// What a unit at rest has not, all of it in one place: nothing lies there while there is nothing of it.
    @Seldom var rare: Rare?

    package static let historyLimit = 50

    package init() {}

    /// Whether the live objects belong to one version, the applied one.
    package var isWhole: Bool { openSync == nil && !isTorn }

    /// Whether the last sync ended well, besides.
    package var isSettled: Bool { isWhole && failure.isEmpty }

    /// Whether nothing was ever done to the unit, as far as the journal knows.
    package var isBlank: Bool {
        applied == nil && inventory.entries.isEmpty && history.isEmpty && openSync == nil && !isRemoved
    }

    /// The last word of each person, on one plan: who votes on another has seen that the first is no more.
    private mutating func count(_ vote: Vote) {
        votes.removeAll { $0.plan != vote.plan || $0.actor == vote.actor }
        votes.append(vote)
    }

    /// Follows one event; events of other units and kinds change nothing.
    package mutating func apply(_ event: Event) {
        switch event.kind {
        case .syncStarted:
            guard let started = event.payload(as: SyncStarted.self) else { return }
            // Of one that never ended, objects may have stayed at other content; only a whole sync leaves none of them.
            if let open = openSync, open.started.render != applied?.render { isTorn = true }
            openSync = OpenSync(started: started, time: event.time, actor: event.actor, unanswered: [])
            blocked = nil
            if !started.part.isLimited { begun = started.render }
            // Putting drift back takes up nothing.
            if started.cause != .drift { takeUp() }
            testament = started.testament
            isRemoved = false
            confirmed.removeAll { $0 == started.plan }
        case .inventoryRecovered:
            guard isBlank, let known = event.payload(as: InventoryRecovered.self) else { return }
            inventory = known.inventory
            inventory.entries.settle()
            recovered = Set(inventory.entries.keys)
            testament = known.testament
        case .intent:
            if let intent = event.payload(as: Intent.self) { follow(intent) }
        case .outcome:
            if let outcome = event.payload(as: WaveOutcome.self) { follow(outcome) }
        case .syncEnded:
            if let ended = event.payload(as: SyncEnded.self) {
                follow(ended, at: event.time)
                if ended.result == .succeeded { votes = [] }
            }
        case .drifted:
            drift = event.payload(as: Drifted.self)
            driftSince = drift == nil ? nil : driftSince ?? event.time
        case .healed: closeDrift(of: event.payload(as: Healed.self)?.objects ?? [])
        case .additionsSeen:
            let seen = event.payload(as: AdditionsSeen.self)
            additions = seen?.objects.isEmpty ?? true ? nil : seen
            additionsSince = additions == nil ? nil : additionsSince ?? event.time
        case .fightDetected: fight = event.payload(as: FightDetected.self)
        case .planBlocked: blocked = event.payload(as: PlanBlocked.self)
        case .renderFailed: failure = event.payload(as: RenderFailed.self)?.reason ?? failure
        case .rendered: rendered = event.payload(as: ContentRendered.self)?.render ?? rendered
        case .cancelled:
            cancelled = event.payload(as: Cancelled.self)
            cancelledBy = cancelled == nil ? nil : event.actor
        case .healthChanged:
            guard let changed = event.payload(as: HealthChanged.self) else { return }
            health = HealthReport(changed.health, reason: changed.reason.string)
            if changed.health == .healthy,
                let last = history.lastIndex(where: { !$0.isPart }), history[last].render == applied?.render
            {
                history[last].wasHealthy = true
            }
        case .paused:
            pause = event.payload(as: Paused.self)
            pausedBy = pause == nil ? nil : event.actor
        case .resumed:
            pause = nil
            pausedBy = nil
            fight = nil
            takeUp()
        case .confirmed:
            if let plan = event.payload(as: Confirmed.self)?.plan, !confirmed.contains(plan) { confirmed.append(plan) }
        case .approved:
            guard let said = event.payload(as: Approved.self) else { return }
            count(Vote(plan: said.plan, actor: event.actor, approved: said))
        case .rejected:
            guard let said = event.payload(as: Rejected.self) else { return }
            count(Vote(plan: said.plan, actor: event.actor, rejected: said))
        case .markedBad:
            for render in event.payload(as: MarkedBad.self)?.renders ?? [] where !bad.contains(render) {
                bad.append(render)
            }
        case .badLifted:
            let lifted = event.payload(as: BadLifted.self)?.renders ?? []
            bad.removeAll { lifted.contains($0) }
            self.lifted += lifted.filter { !self.lifted.contains($0) }
        case .secretsRead:
            guard let read = event.payload(as: SecretsRead.self) else { return }
            secrets = read.accesses
            // What a chart made at random comes from no store, and is one all the same.
            if !secrets.isEmpty || !read.fields.isEmpty { hadSecrets = true }
            secretFields = read.fields.isEmpty ? nil : read.fields
        case .unitRemoved:
            secrets = []
            inventory = Inventory()
            recovered = []
            applied = nil
            rendered = nil
            isTorn = false
            takeUp()
            closeDrift()
            additions = nil
            additionsSince = nil
            isRemoved = true
        default: break
        }
    }

    private mutating func takeUp() {
        cancelled = nil
        cancelledBy = nil
    }

    /// What else had drifted still has.
    private mutating func closeDrift(of objects: [ObjectID]) {
        for object in objects { drift?.objects[object] = nil }
        if drift?.objects.isEmpty ?? true { closeDrift() }
    }

    private mutating func closeDrift() {
        drift = nil
        driftSince = nil
    }

    /// Objects are ours from the intent on: after a kill nothing that may have been applied is forgotten.
    private mutating func follow(_ intent: Intent) {
        for action in [Change.Action.create, .update] {
            for (id, uid) in intent.changes[action] ?? [:] {
                inventory.entries[id] = Inventory.Entry(uid: uid, applied: nil, wave: intent.wave)
            }
        }
        for objects in intent.changes.values { openSync?.unanswered.formUnion(objects.keys) }
    }

    private mutating func follow(_ outcome: WaveOutcome) {
        for (id, applied) in outcome.applied {
            inventory.entries[id] = Inventory.Entry(uid: applied.uid, applied: applied.digest, wave: outcome.wave)
        }
        for id in outcome.released { inventory.entries[id] = nil }
        openSync?.unanswered = []
    }

    private mutating func follow(_ ended: SyncEnded, at time: Time) {
        let open = openSync
        openSync = nil
        inventory.entries.settle()
        failure = ended.result == .failed ? ended.reason : ""
        fight = open?.started.cause == .drift ? fight : nil
        let isPart = open?.started.part.isLimited ?? false
        if ended.result == .succeeded, !isPart {
            // Whoever puts drift back says of which objects.
            if open?.started.cause != .drift { closeDrift() }
            isTorn = false
            recovered = Set(ended.unconfirmed)
            let isNew = applied?.render != ended.render
            // Since when it is there: putting drift back, or a rotated secret, makes no content new.
            let since = isNew ? time : applied?.time ?? time
            applied = Applied(version: ended.version, render: ended.render, time: since)
            if isNew { health = HealthReport(.unknown) }
        } else if ended.render != applied?.render {
            isTorn = true
        }
        // Putting drift back is no version of its own: it stands in the journal, not in the history.
        guard let open, open.started.cause != .drift else { return }
        history.append(
            Entry(
                version: ended.version, render: ended.render, cause: open.started.cause, actor: open.actor,
                started: open.time, ended: time, result: ended.result,
                reason: ended.reason.isEmpty ? open.started.reason : ended.reason,
                counts: open.started.counts, wasHealthy: false, isPart: isPart))
        if history.count > Self.historyLimit { history.removeFirst(history.count - Self.historyLimit) }
    }
}
