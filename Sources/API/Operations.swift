// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Everything that people can ask of an engine, whether it runs in this process or behind a socket.
///
/// What reads changes nothing and may be asked at any time. What acts names who acts and why; both enter the journal
/// before anything is done. An unknown unit is ``APIError/Code/notFound``; a filter that matches no unit is an empty
/// answer for what reads, and `notFound` for what acts. Cancelling the task ends the wait, not an act in flight.
package protocol Operations: JournalOperations, AccessOperations {
    /// The fleet's own parts are always there; the filter is for units.
    func status(of units: UnitFilter) async throws(APIError) -> FleetStatus

    /// What a sync would do now, or at another revision of the units' sources. Compares contents; one answer a unit, or
    /// one for each unit that has any of the objects that are asked for.
    func plan(_ units: UnitFilter, revision: Text?, part: PartRequest) async throws(APIError) -> [PlanView]

    /// How live objects differ from what was last applied. Compares contents; one answer a unit.
    ///
    /// - Parameter hasOwners: with who holds each field that differs, where the target records that.
    func diff(_ units: UnitFilter, hasOwners: Bool) async throws(APIError) -> [DriftReport]

    /// What a unit has applied and what that owns, down to Pods, as the target shows it now. Read for whoever asks, and
    /// kept nowhere.
    func tree(of unit: UnitID) async throws(APIError) -> UnitTree

    /// What units were given of secrets, as the journal says it: places, keys, versions, never a value. What does not
    /// come just now first, then by place.
    func secrets(of units: UnitFilter) async throws(APIError) -> [SecretPlace]

    /// Which units stand otherwise than at a mark although no event says so, once there are any, or after a wait.
    ///
    /// - Parameter mark: of the last answer; `nil` only asks for the mark.
    func stirs(after mark: UInt64?, wait: Duration) async -> UnitStirs

    /// What a unit renders to.
    func render(_ unit: UnitID, revision: Text?) async throws(APIError) -> RenderedUnit

    /// Why a unit renders to what it does: which override set which field.
    func explain(_ unit: UnitID, revision: Text?) async throws(APIError) -> RenderExplanation

    /// The syncs of a unit, newest first.
    func history(of unit: UnitID, limit: Int) async throws(APIError) -> [HistoryEntry]

    /// The commits that changed what the unit is rendered from, newest first. ``APIError/Code/conflict`` for a unit that
    /// comes from a plain folder.
    func commits(of unit: UnitID, limit: Int) async throws(APIError) -> [UnitCommit]

    /// Plans and carries out, and answers when all units are through. What went wrong with one unit is its result. Where
    /// objects are named, only units are synced that have any of them, and ``APIError/Code/notFound`` says that none has.
    func sync(
        _ units: UnitFilter, part: PartRequest, reason: Text, actor: Actor
    ) async throws(APIError) -> [SyncResult]

    /// Stops what is under way on the units before its next act. It is not begun again until there is another version, or
    /// a person asks for a sync. ``APIError/Code/conflict`` when nothing is under way.
    func cancel(_ units: UnitFilter, reason: Text, actor: Actor) async throws(APIError) -> ActResult

    /// Asks sources for new commits now; none means all, the fleet repository included. Answers when they were asked.
    /// On record is what that brings, not the question.
    func refresh(_ sources: [SourceName], reason: Text, actor: Actor) async throws(APIError) -> ActResult

    /// Lets a commit count that was refused because history was rewritten. ``APIError/Code/conflict`` when the source
    /// refuses none, or another one.
    ///
    /// - Parameter commit: the first digits of its id, at least 8; `nil` for the only one that is refused.
    func accept(
        _ source: SourceName, commit: Text?, reason: Text, actor: Actor
    ) async throws(APIError) -> ActResult

    /// Neither syncs nor heals the units until then.
    func pause(_ units: UnitFilter, until: Time, reason: Text, actor: Actor) async throws(APIError) -> ActResult

    func resume(_ units: UnitFilter, reason: Text, actor: Actor) async throws(APIError) -> ActResult

    /// Marks the content that is applied as bad and syncs to an earlier one: `digest`, or the newest that is not bad.
    func rollback(
        _ unit: UnitID, to digest: Digest?, reason: Text, actor: Actor
    ) async throws(APIError) -> SyncResult

    /// Keeps content from being synced to the unit again, whatever commit brings it, until ``undoRollback(_:reason:actor:)``
    /// takes it back: `digest`, or the newest. The unit leaves it by itself where it is applied, for the last one before it
    /// that was good. ``APIError/Code/conflict`` for content that the unit never had and is not offered, that is marked
    /// already, or that nothing good was before.
    func markBad(_ unit: UnitID, content digest: Digest?, reason: Text, actor: Actor) async throws(APIError)
        -> ActResult

    /// Takes back what marks content of the unit as bad, and syncs to the newest again. ``APIError/Code/conflict`` when
    /// nothing is marked.
    func undoRollback(_ unit: UnitID, reason: Text, actor: Actor) async throws(APIError) -> SyncResult

    /// Lets the plan through that waits for a person. ``APIError/Code/conflict`` when that is not the unit's plan.
    func confirm(_ unit: UnitID, plan: Digest, reason: Text, actor: Actor) async throws(APIError) -> ActResult

    /// Agrees to the plan that waits for it. ``APIError/Code/forbidden`` for those whose word does not count: members of
    /// none of the groups, and authors where these do not. ``APIError/Code/conflict`` when that is not the unit's plan,
    /// or when none has to agree.
    func approve(_ request: ApprovalRequest, by principal: Principal) async throws(APIError) -> ActResult

    /// Says no to it: the plan waits until its critic agrees, or until it is another one.
    func reject(_ request: ApprovalRequest, by principal: Principal) async throws(APIError) -> ActResult

    /// Takes over what others have applied of a unit's objects: from these managers, or from those that are known to
    /// apply what somebody declares. A dry run only says what it would be.
    func adopt(
        _ unit: UnitID, from managers: [Text], isDry: Bool, reason: Text, actor: Actor
    ) async throws(APIError) -> AdoptionReport
}

extension Operations {
    package func plan(_ units: UnitFilter, revision: Text?) async throws(APIError) -> [PlanView] {
        try await plan(units, revision: revision, part: .whole)
    }

    /// Whoever sees the events and the units sees this.
    package func secrets(of units: UnitFilter) async throws(APIError) -> [SecretPlace] {
        let events = try await events(ofAll: SecretPlace.kinds)
        return SecretPlace.all(events, units: try await status(of: units).units.map(\.unit))
    }

    package func diff(_ units: UnitFilter) async throws(APIError) -> [DriftReport] {
        try await diff(units, hasOwners: false)
    }

    package func sync(_ units: UnitFilter, reason: Text, actor: Actor) async throws(APIError) -> [SyncResult] {
        try await sync(units, part: .whole, reason: reason, actor: actor)
    }
}

/// What people can ask of a journal alone; needs neither fleet nor targets.
package protocol JournalOperations: Sendable {
    /// Events of the journal, oldest first. Following is asking again after ``EventPage/next`` with a wait.
    func events(_ filter: EventFilter) async throws(APIError) -> EventPage

    /// The sequence number of the newest event, whomever it is about; 0 when there is none.
    func newest() async throws(APIError) -> UInt64

    /// What ran at a moment, and who let it. ``APIError/Code/invalid`` for a moment that is to come.
    func past(_ request: PastRequest) async throws(APIError) -> PastStatus

    /// Where the journal stands.
    func checkpoint() async throws(APIError) -> CheckpointView

    /// Reads the whole chain, and whether it extends an earlier checkpoint.
    func verify(against checkpoint: CheckpointView?) async throws(APIError) -> Verification
}

extension JournalOperations {
    package func newest() async throws(APIError) -> UInt64 { try await events(EventFilter(limit: 1)).next }
}
