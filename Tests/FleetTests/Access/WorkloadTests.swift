// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// Who is meant by what a binding says of programs, and by the groups of an approval.
@Suite struct WorkloadTests {
    private let roles = """
        kind: RoleBinding
        metadata: {name: ci}
        spec:
          role: operator
          to: [{workload: {provider: ci, claims: {repository: acme/shop, ref: [refs/heads/main, refs/heads/next]}}}]
          projects: [shop]
        """

    private func program(_ provider: Text, _ claims: [Text: Text]) throws -> Principal {
        let name = try #require(IdentityProviderName(provider))
        return try #require(Principal.workload(name, "job", claims: claims))
    }

    @Test func `a binding means programs of which all is said`() async throws {
        let policy = try await Sample.policy(roles)
        let good: [Text: Text] = ["repository": "acme/shop", "ref": "refs/heads/next", "actor": "ada"]
        let rights = policy.rights(of: try program("ci", good))
        let facts = policy.facts(of: Sample.unit("web", "prod"))
        #expect(
            rights.allows(.sync, on: facts) && !rights.allows(.approve, on: facts) && !rights.allowsEverywhere(.read))
        #expect(!rights.allows(.read, on: policy.facts(of: Sample.unit("ledger", "prod"))))
        for (provider, claims) in [
            ("other", good), ("ci", ["repository": "acme/shop"]), ("ci", ["ref": "refs/heads/main"]), ("ci", [:]),
            ("ci", ["repository": "acme/shop", "ref": "refs/heads/mine"]),
            ("ci", ["repository": "acme/Shop", "ref": "refs/heads/main"]),
            ("ci", ["repository": "acme/shop\u{301}", "ref": "refs/heads/main"]),
        ] as [(Text, [Text: Text])] {
            #expect(!policy.rights(of: try program(provider, claims)).allowsSomewhere(.read), "\(claims)")
        }
    }

    @Test func `people and tokens of the same name are somebody else`() async throws {
        let policy = try await Sample.policy(
            "kind: RoleBinding\nmetadata: {name: a}\nspec: {role: admin, to: [{user: job}, {group: job}, {token: job}]}"
        )
        let job = try program("ci", ["repository": "acme/shop"])
        #expect(!policy.rights(of: job).allowsSomewhere(.read))
        #expect(job.actor.text == "workload:ci:job")
        let person = try #require(Principal.user("job"))
        #expect(policy.rights(of: person).allowsEverywhere(.admin))
        let name = try #require(IdentityProviderName("ci"))
        #expect(Principal.workload(name, "a\nb", claims: [:]) == nil)
    }

    @Test func `a group that is called as the journal calls somebody approves nothing`() {
        let rule = ApprovalRule(from: ["leads", "token:release", "oidc:grace@example.org"])
        #expect(rule.counts(Actor("oidc:ada@example.org"), in: ["leads"]))
        #expect(rule.counts(Actor("token:release"), in: []))
        #expect(rule.counts(Actor("oidc:grace@example.org"), in: []))
        let forged: [Text] = ["token:release", "oidc:grace@example.org"]
        #expect(!rule.counts(Actor("oidc:ada@example.org"), in: forged))
    }
}
