// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Fleet
import Manifest
import Model
import SignIn

extension LocalOperations {
    func decide(_ question: AccessQuestion, for principal: Principal) async throws(APIError) -> AccessAnswer {
        let known = try await tokens.tokens()
        let asked = try question.principal(asking: principal) { name in
            known.first { $0.name == name }?.scope ?? TokenScope()
        }
        let policy = await fleet.accessPolicy
        let rights = policy.rights(of: asked)
        guard let unit = question.unit else { return AccessAnswer(rights.decideOnFleet(question.verb)) }
        let project = await engine.snapshot(of: unit)?.managed.context.project
        return AccessAnswer(rights.decide(question.verb, on: unit, policy.facts(of: unit, project: project)))
    }

    func roles() async throws(APIError) -> RoleList { RoleList(await fleet.accessPolicy) }

    func tokens() async throws(APIError) -> [TokenView] { try await tokens.tokens() }

    func createToken(_ request: TokenRequest, actor: Actor) async throws(APIError) -> IssuedToken {
        try await tokens.createToken(request, actor: actor)
    }

    func revokeToken(_ name: TokenName, reason: Text, actor: Actor) async throws(APIError) -> ActResult {
        try await tokens.revokeToken(name, reason: reason, actor: actor)
    }
}
