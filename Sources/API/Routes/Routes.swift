// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// The HTTP API: the one table that server and client share.
package enum Routes {
    package static let status = Route<Permissions.Read, UnitFilter, FleetStatus>.reading(
        "/v1/status", Permissions.Read.self
    ) { (engine, units) async throws(APIError) in
        try await engine.status(of: units)
    }

    /// A fold over the journal, which may be long.
    package static let past = Route<Permissions.Read, PastRequest, PastStatus>.reading(
        "/v1/status/past", Permissions.Read.self, deadline: .seconds(600)
    ) { (engine, request) async throws(APIError) in
        try await engine.past(request)
    }

    package static let units = Route<Permissions.Read, UnitQuery, UnitList>.reading(
        "/v1/units", Permissions.Read.self
    ) { (engine, query) async throws(APIError) in
        UnitList(try await engine.status(of: .all).units, query)
    }

    package static let applications = Route<Permissions.Read, UnitQuery, GroupList>.reading(
        "/v1/applications", Permissions.Read.self
    ) { (engine, query) async throws(APIError) in
        GroupList(try await engine.status(of: .all).units, by: .application, query)
    }

    package static let targets = Route<Permissions.Read, UnitQuery, GroupList>.reading(
        "/v1/targets", Permissions.Read.self
    ) { (engine, query) async throws(APIError) in
        GroupList(try await engine.status(of: .all).units, by: .target, query)
    }

    package static let plan = Route<Permissions.Read, PlanRequest, List<PlanView>>.reading(
        "/v1/plan", Permissions.Read.self, deadline: .seconds(600)
    ) { (engine, request) async throws(APIError) in
        List(try await engine.plan(request.units, revision: request.revision, part: request.part))
    }

    package static let diff = Route<Permissions.Read, DiffRequest, List<DriftReport>>.reading(
        "/v1/diff", Permissions.Read.self, deadline: .seconds(600)
    ) { (engine, request) async throws(APIError) in
        List(try await engine.diff(request.units, hasOwners: request.hasOwners))
    }

    /// Reads the target for whoever asks.
    package static let tree = Route<Permissions.Read, UnitRequest, UnitTree>.reading(
        "/v1/tree", Permissions.Read.self
    ) { (engine, request) async throws(APIError) in
        try await engine.tree(of: request.unit)
    }

    package static let render = Route<Permissions.Read, RenderRequest, RenderedUnit>.reading(
        "/v1/render", Permissions.Read.self
    ) { (engine, request) async throws(APIError) in
        try await engine.render(request.unit, revision: request.revision)
    }

    package static let explain = Route<Permissions.Read, RenderRequest, RenderExplanation>.reading(
        "/v1/explain", Permissions.Read.self, deadline: .seconds(600)
    ) { (engine, request) async throws(APIError) in
        try await engine.explain(request.unit, revision: request.revision)
    }

    package static let history = Route<Permissions.Read, HistoryRequest, List<HistoryEntry>>.reading(
        "/v1/history", Permissions.Read.self
    ) { (engine, request) async throws(APIError) in
        List(try await engine.history(of: request.unit, limit: request.limit))
    }

    package static let commits = Route<Permissions.Read, HistoryRequest, List<UnitCommit>>.reading(
        "/v1/commits", Permissions.Read.self, deadline: .seconds(600)
    ) { (engine, request) async throws(APIError) in
        List(try await engine.commits(of: request.unit, limit: request.limit))
    }

    package static let events = Route<Permissions.Read, EventFilter, EventPage>.reading(
        "/v1/events", Permissions.Read.self
    ) { (engine, filter) async throws(APIError) in
        try await engine.events(filter)
    }

    package static let secrets = Route<Permissions.Read, UnitFilter, List<SecretPlace>>.reading(
        "/v1/secrets", Permissions.Read.self
    ) { (engine, units) async throws(APIError) in
        List(try await engine.secrets(of: units))
    }

    package static let roles = Route<Permissions.Admin, Nothing, RoleList>.reading(
        "/v1/roles", Permissions.Admin.self
    ) { (engine, _) async throws(APIError) in
        try await engine.roles()
    }

    package static let checkpoint = Route<Permissions.Audit, Nothing, CheckpointView>.reading(
        "/v1/audit/checkpoint", Permissions.Audit.self
    ) { (engine, _) async throws(APIError) in
        try await engine.checkpoint()
    }

    /// Changes nothing, but its input does not fit a query.
    package static let verify = Route<Permissions.Audit, VerifyRequest, Verification>.acting(
        "/v1/audit/verify", Permissions.Audit.self, deadline: .seconds(600)
    ) { (engine, request, _) async throws(APIError) in
        try await engine.verify(against: request.checkpoint)
    }

    package static let sync = Route<Permissions.Sync, SyncRequest, List<SyncResult>>.acting(
        "/v1/sync", Permissions.Sync.self, deadline: .seconds(3600)
    ) { (engine, request, actor) async throws(APIError) in
        List(
            try await engine.sync(request.units, part: request.part, reason: request.reason, actor: actor))
    }

    package static let cancel = Route<Permissions.Sync, UnitsAct, ActResult>.acting(
        "/v1/cancel", Permissions.Sync.self
    ) { (engine, request, actor) async throws(APIError) in
        try await engine.cancel(request.units, reason: request.reason, actor: actor)
    }

    package static let refresh = Route<Permissions.Sync, RefreshRequest, ActResult>.acting(
        "/v1/refresh", Permissions.Sync.self, deadline: .seconds(600)
    ) { (engine, request, actor) async throws(APIError) in
        try await engine.refresh(request.sources, reason: request.reason, actor: actor)
    }

    package static let accept = Route<Permissions.Accept, AcceptRequest, ActResult>.acting(
        "/v1/accept", Permissions.Accept.self, deadline: .seconds(600)
    ) { (engine, request, actor) async throws(APIError) in
        try await engine.accept(request.source, commit: request.commit, reason: request.reason, actor: actor)
    }

    package static let pause = Route<Permissions.Pause, PauseRequest, ActResult>.acting(
        "/v1/pause", Permissions.Pause.self
    ) { (engine, request, actor) async throws(APIError) in
        try await engine.pause(request.units, until: request.until, reason: request.reason, actor: actor)
    }

    package static let resume = Route<Permissions.Pause, UnitsAct, ActResult>.acting(
        "/v1/resume", Permissions.Pause.self
    ) { (engine, request, actor) async throws(APIError) in
        try await engine.resume(request.units, reason: request.reason, actor: actor)
    }

    package static let rollback = Route<Permissions.Rollback, RollbackRequest, SyncResult>.acting(
        "/v1/rollback", Permissions.Rollback.self, deadline: .seconds(3600)
    ) { (engine, request, actor) async throws(APIError) in
        try await engine.rollback(request.unit, to: request.digest, reason: request.reason, actor: actor)
    }

    package static let markBad = Route<Permissions.Rollback, MarkRequest, ActResult>.acting(
        "/v1/mark-bad", Permissions.Rollback.self
    ) { (engine, request, actor) async throws(APIError) in
        try await engine.markBad(request.unit, content: request.digest, reason: request.reason, actor: actor)
    }

    package static let undoRollback = Route<Permissions.Rollback, RollbackRequest, SyncResult>.acting(
        "/v1/rollback/undo", Permissions.Rollback.self, deadline: .seconds(3600)
    ) { (engine, request, actor) async throws(APIError) in
        try await engine.undoRollback(request.unit, reason: request.reason, actor: actor)
    }

    package static let confirm = Route<Permissions.Confirm, ConfirmRequest, ActResult>.acting(
        "/v1/confirm", Permissions.Confirm.self
    ) { (engine, request, actor) async throws(APIError) in
        try await engine.confirm(request.unit, plan: request.plan, reason: request.reason, actor: actor)
    }

    package static let adopt = Route<Permissions.Confirm, AdoptRequest, AdoptionReport>.acting(
        "/v1/adopt", Permissions.Confirm.self, deadline: .seconds(600)
    ) { (engine, request, actor) async throws(APIError) in
        try await engine.adopt(
            request.unit, from: request.managers, isDry: request.isDry, reason: request.reason, actor: actor)
    }

    package static let approve = Route<Permissions.Approve, ApprovalRequest, ActResult>.vouching(
        "/v1/approve", Permissions.Approve.self
    ) { (engine, request, principal) async throws(APIError) in
        try await engine.approve(request, by: principal)
    }

    package static let reject = Route<Permissions.Approve, ApprovalRequest, ActResult>.vouching(
        "/v1/reject", Permissions.Approve.self
    ) { (engine, request, principal) async throws(APIError) in
        try await engine.reject(request, by: principal)
    }

    package static let decide = Route<Permissions.SignedIn, AccessQuestion, AccessAnswer>.asking(
        "/v1/access", Permissions.SignedIn.self
    ) { (engine, question, principal) async throws(APIError) in
        try await engine.decide(question, for: principal)
    }

    package static let tokens = Route<Permissions.Admin, Nothing, List<TokenView>>.reading(
        "/v1/tokens", Permissions.Admin.self
    ) { (engine, _) async throws(APIError) in
        List(try await engine.tokens())
    }

    package static let createToken = Route<Permissions.Admin, TokenRequest, IssuedToken>.acting(
        "/v1/tokens/create", Permissions.Admin.self
    ) { (engine, request, actor) async throws(APIError) in
        try await engine.createToken(request, actor: actor)
    }

    package static let revokeToken = Route<Permissions.Admin, RevokeRequest, ActResult>.acting(
        "/v1/tokens/revoke", Permissions.Admin.self
    ) { (engine, request, actor) async throws(APIError) in
        try await engine.revokeToken(request.name, reason: request.reason, actor: actor)
    }

    package static let mounted: [MountedRoute] = [
        MountedRoute(status), MountedRoute(past), MountedRoute(units), MountedRoute(applications),
        MountedRoute(targets), MountedRoute(plan), MountedRoute(diff),
        MountedRoute(tree), MountedRoute(render), MountedRoute(explain),
        MountedRoute(history), MountedRoute(commits), MountedRoute(events), MountedRoute(secrets),
        MountedRoute(checkpoint),
        MountedRoute(verify), MountedRoute(sync), MountedRoute(cancel), MountedRoute(refresh), MountedRoute(accept),
        MountedRoute(pause), MountedRoute(resume), MountedRoute(rollback), MountedRoute(markBad),
        MountedRoute(undoRollback),
        MountedRoute(confirm), MountedRoute(adopt), MountedRoute(approve), MountedRoute(reject), MountedRoute(decide),
        MountedRoute(roles), MountedRoute(tokens),
        MountedRoute(createToken), MountedRoute(revokeToken),
    ]
}
