// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

extension HTTPOperations: Operations {
    package func status(of units: UnitFilter) async throws(APIError) -> FleetStatus {
        try await ask(Routes.status, units)
    }

    package func plan(
        _ units: UnitFilter, revision: Text?, part: PartRequest
    ) async throws(APIError) -> [PlanView] {
        try await ask(Routes.plan, PlanRequest(units: units, revision: revision, part: part)).items
    }

    package func diff(_ units: UnitFilter, hasOwners: Bool) async throws(APIError) -> [DriftReport] {
        try await ask(Routes.diff, DiffRequest(units: units, hasOwners: hasOwners)).items
    }

    package func tree(of unit: UnitID) async throws(APIError) -> UnitTree {
        try await ask(Routes.tree, UnitRequest(unit: unit))
    }

    package func secrets(of units: UnitFilter) async throws(APIError) -> [SecretPlace] {
        try await ask(Routes.secrets, units).items
    }

    package func roles() async throws(APIError) -> RoleList { try await ask(Routes.roles, Nothing()) }

    package func explain(_ unit: UnitID, revision: Text?) async throws(APIError) -> RenderExplanation {
        try await ask(Routes.explain, RenderRequest(unit: unit, revision: revision))
    }

    package func render(_ unit: UnitID, revision: Text?) async throws(APIError) -> RenderedUnit {
        try await ask(Routes.render, RenderRequest(unit: unit, revision: revision))
    }

    package func history(of unit: UnitID, limit: Int) async throws(APIError) -> [HistoryEntry] {
        try await ask(Routes.history, HistoryRequest(unit: unit, limit: limit)).items
    }

    package func commits(of unit: UnitID, limit: Int) async throws(APIError) -> [UnitCommit] {
        try await ask(Routes.commits, HistoryRequest(unit: unit, limit: limit)).items
    }

    package func events(_ filter: EventFilter) async throws(APIError) -> EventPage {
        try await ask(Routes.events, filter)
    }

    package func past(_ request: PastRequest) async throws(APIError) -> PastStatus {
        try await ask(Routes.past, request)
    }

    package func checkpoint() async throws(APIError) -> CheckpointView {
        try await ask(Routes.checkpoint, Nothing())
    }

    package func verify(against checkpoint: CheckpointView?) async throws(APIError) -> Verification {
        try await ask(Routes.verify, VerifyRequest(checkpoint: checkpoint))
    }

    package func tokens() async throws(APIError) -> [TokenView] { try await ask(Routes.tokens, Nothing()).items }

    // The server knows who asks from the connection, so the actor stays behind.

    package func approve(_ request: ApprovalRequest, by principal: Principal) async throws(APIError) -> ActResult {
        try await ask(Routes.approve, request)
    }

    package func reject(_ request: ApprovalRequest, by principal: Principal) async throws(APIError) -> ActResult {
        try await ask(Routes.reject, request)
    }

    package func decide(
        _ question: AccessQuestion, for principal: Principal
    ) async throws(APIError) -> AccessAnswer {
        try await ask(Routes.decide, question)
    }

    package func createToken(_ request: TokenRequest, actor: Actor) async throws(APIError) -> IssuedToken {
        try await ask(Routes.createToken, request)
    }

    package func revokeToken(_ name: TokenName, reason: Text, actor: Actor) async throws(APIError) -> ActResult {
        try await ask(Routes.revokeToken, RevokeRequest(name: name, reason: reason))
    }

    package func sync(
        _ units: UnitFilter, part: PartRequest, reason: Text, actor: Actor
    ) async throws(APIError) -> [SyncResult] {
        try await ask(Routes.sync, SyncRequest(units: units, part: part, reason: reason)).items
    }

    package func cancel(_ units: UnitFilter, reason: Text, actor: Actor) async throws(APIError) -> ActResult {
        try await ask(Routes.cancel, UnitsAct(units: units, reason: reason))
    }

    package func refresh(
        _ sources: [SourceName], reason: Text, actor: Actor
    ) async throws(APIError) -> ActResult {
        try await ask(Routes.refresh, RefreshRequest(sources: sources, reason: reason))
    }

    package func accept(
        _ source: SourceName, commit: Text?, reason: Text, actor: Actor
    ) async throws(APIError) -> ActResult {
        try await ask(Routes.accept, AcceptRequest(source: source, commit: commit, reason: reason))
    }

    package func pause(
        _ units: UnitFilter, until: Time, reason: Text, actor: Actor
    ) async throws(APIError) -> ActResult {
        try await ask(Routes.pause, PauseRequest(units: units, until: until, reason: reason))
    }

    package func resume(_ units: UnitFilter, reason: Text, actor: Actor) async throws(APIError) -> ActResult {
        try await ask(Routes.resume, UnitsAct(units: units, reason: reason))
    }

    package func rollback(
        _ unit: UnitID, to digest: Digest?, reason: Text, actor: Actor
    ) async throws(APIError) -> SyncResult {
        try await ask(Routes.rollback, RollbackRequest(unit: unit, digest: digest, reason: reason))
    }

    package func markBad(
        _ unit: UnitID, content digest: Digest?, reason: Text, actor: Actor
    ) async throws(APIError) -> ActResult {
        try await ask(Routes.markBad, MarkRequest(unit: unit, digest: digest, reason: reason))
    }

    package func undoRollback(_ unit: UnitID, reason: Text, actor: Actor) async throws(APIError) -> SyncResult {
        try await ask(Routes.undoRollback, RollbackRequest(unit: unit, digest: nil, reason: reason))
    }

    package func confirm(
        _ unit: UnitID, plan: Digest, reason: Text, actor: Actor
    ) async throws(APIError) -> ActResult {
        try await ask(Routes.confirm, ConfirmRequest(unit: unit, plan: plan, reason: reason))
    }

    package func adopt(
        _ unit: UnitID, from managers: [Text], isDry: Bool, reason: Text, actor: Actor
    ) async throws(APIError) -> AdoptionReport {
        try await ask(Routes.adopt, AdoptRequest(unit: unit, managers: managers, isDry: isDry, reason: reason))
    }
}
