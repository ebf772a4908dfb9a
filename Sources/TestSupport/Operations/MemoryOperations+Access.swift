// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Fleet
package import Manifest
package import Model

extension MemoryOperations: AccessOperations {
    package func decide(
        _ question: AccessQuestion, for principal: Principal
    ) async throws(APIError) -> AccessAnswer {
        try check()
        let asked = try question.principal(asking: principal) { name in tokenViews[name]?.scope ?? TokenScope() }
        let rights = policy.rights(of: asked)
        guard let unit = question.unit else { return AccessAnswer(rights.decideOnFleet(question.verb)) }
        let facts = policy.facts(of: unit, project: project(of: unit))
        return AccessAnswer(rights.decide(question.verb, on: unit, facts))
    }

    package func roles() async throws(APIError) -> RoleList {
        try check()
        return RoleList(policy)
    }

    package func tokens() async throws(APIError) -> [TokenView] {
        try check()
        return tokenViews.values.sorted { $0.name < $1.name }
    }

    package func createToken(_ request: TokenRequest, actor: Actor) async throws(APIError) -> IssuedToken {
        try check()
        guard tokenViews[request.name] == nil else {
            throw APIError(.conflict, "there is a token \(request.name) already")
        }
        let view = TokenView(
            name: request.name, scope: request.scope, created: Sample.now, creator: actor, expires: request.expires)
        tokenViews[request.name] = view
        append(.tokenCreated, actor: actor, summary: "\(request.name)")
        return IssuedToken(token: view, text: Secret("trimtab_\(request.name)_00"))
    }

    package func revokeToken(_ name: TokenName, reason: Text, actor: Actor) async throws(APIError) -> ActResult {
        try check()
        guard tokenViews.removeValue(forKey: name) != nil else {
            throw APIError(.notFound, "there is no token \(name)")
        }
        append(.tokenRevoked, actor: actor, payload: ["reason": .string(reason)], summary: "\(name)")
        return ActResult(message: "revoked \(name)")
    }
}
