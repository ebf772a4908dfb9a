// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Fleet
import Manifest
import Model
import TestSupport
import Testing
import Web

@Suite struct AccessTests {
    private let roles = """
        kind: RoleBinding
        metadata: {name: everybody}
        spec: {role: viewer, to: [{group: staff}]}
        ---
        kind: RoleBinding
        metadata: {name: leads}
        spec: {role: approver, to: [{group: leads}], projects: [shop]}
        ---
        kind: RoleBinding
        metadata: {name: root}
        spec: {role: admin, to: [{user: root@example.org}]}
        """

    private func page(of user: Text, _ groups: [Text]) async throws -> String {
        let policy = try await Sample.policy(roles)
        let engine = MemoryOperations(fleet: Sample.fleet, policy: policy)
        if let name = TokenName("ci") {
            _ = try await engine.createToken(
                TokenRequest(
                    name: name, scope: TokenScope(verbs: [.sync]), expires: Sample.now.advanced(by: .seconds(90)),
                    reason: ""), actor: Actor("user:root"))
        }
        let principal = try #require(Principal.user(user, groups: groups))
        let operations = AuthorizedOperations(engine, for: principal) { policy }
        let request = PageRequest(method: .get, path: "/access", formToken: "token-7")
        let answer = try #require(await Pages(clock: { Sample.now }).answer(request, operations))
        #expect(answer.status == 200)
        _ = try StrictHTML(answer.body)
        return answer.text
    }

    @Test func `everybody sees who they are and what they may do, and why`() async throws {
        let page = try await page(of: "ada@example.org", ["staff", "leads"])
        #expect(page.contains("oidc:ada@example.org") && page.contains("staff, leads"))
        #expect(page.contains("RoleBinding/everybody gives") && page.contains("On some units"))
        #expect(page.contains("No role of yours allows it"))
    }

    @Test func `tokens are shown to those who administer them, and to nobody else`() async throws {
        #expect(try await !page(of: "ada@example.org", ["staff", "leads"]).contains("Tokens"))
        let page = try await page(of: "root@example.org", [])
        #expect(page.contains("Tokens") && page.contains(">ci<") && page.contains("user:root"))
    }
}
