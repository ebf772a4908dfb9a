// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// Who may do what, as the fleet's files say.
@Suite struct RoleTests {
    private static let team = """
        kind: RoleBinding
        metadata: {name: team}
        spec: {role: operator, to: [{group: shop-dev}, {user: ada@example.org}], projects: [shop], on: {env: dev}}
        """

    private func ada(_ groups: Text...) throws -> Principal {
        try #require(Principal.user("ada@example.org", groups: groups))
    }

    private func someone(_ groups: Text...) throws -> Principal {
        try #require(Principal.user("bob@example.org", groups: groups))
    }

    private func decide(
        _ principal: Principal, _ verb: Verb, _ unit: Text, _ policy: AccessPolicy
    ) throws -> AccessDecision {
        let unit = try #require(UnitID(parsing: "acme/\(unit)"))
        return policy.rights(of: principal).decide(verb, on: unit, policy.facts(of: unit))
    }

    @Test func `a role holds where its binding says, and nowhere else`() async throws {
        let policy = try await Sample.policy(Self.team)
        for principal in [try ada(), try someone("shop-dev")] {
            for (verb, unit, isAllowed) in [
                (Verb.read, "web@dev", true), (.sync, "web@dev", true), (.confirm, "web@dev", false),
                (.read, "web@prod", false), (.sync, "ledger@prod", false), (.read, "absent@dev", false),
            ] {
                #expect(try decide(principal, verb, Text(unit), policy).isAllowed == isAllowed, "\(verb) \(unit)")
            }
        }
        #expect(try !decide(someone("other"), .read, "web@dev", policy).isAllowed)
        // A group of that name does not make a user of it, nor the other way round.
        #expect(try !decide(someone("ada@example.org"), .read, "web@dev", policy).isAllowed)
        let token = Principal.token(try #require(TokenName("shop-dev")), scope: TokenScope())
        #expect(try !decide(token, .read, "web@dev", policy).isAllowed)
    }

    @Test func `nobody may do anything where nobody says so`() async throws {
        let policy = try await Sample.policy("")
        for verb in Verb.allCases {
            #expect(try !decide(ada("admin", "admins"), verb, "web@dev", policy).isAllowed)
            #expect(!policy.rights(of: try ada()).allowsEverywhere(verb))
        }
    }

    @Test func `a decision names what allows it, and where that is written`() async throws {
        let policy = try await Sample.policy(Self.team)
        #expect(
            try decide(ada(), .sync, "web@dev", policy).reason
                == "oidc:ada@example.org may sync acme/web@dev: RoleBinding/team gives user ada@example.org the role operator (platform/access.yaml:2)"
        )
        let denied = try decide(someone("shop-dev", "x"), .sync, "web@prod", policy)
        #expect(
            denied.reason
                == "oidc:bob@example.org (groups: shop-dev, x) may not sync acme/web@prod: no role of theirs allows it")
        #expect(denied.others.map(\.description).count == 1)
        #expect(try decide(someone(), .sync, "web@dev", policy).reason.string.hasSuffix("no role is theirs"))
    }

    @Test func `rules choose applications by label and name`() async throws {
        let policy = try await Sample.policy(
            """
            kind: Role
            metadata: {name: front}
            spec: {allow: [{verbs: [read], applications: {tier: front}}, {verbs: [sync], applications: {name: postgres}}]}
            ---
            kind: RoleBinding
            metadata: {name: a}
            spec: {role: front, to: [{user: ada@example.org}]}
            """)
        #expect(try decide(ada(), .read, "web@prod", policy).isAllowed)
        #expect(try !decide(ada(), .read, "postgres@prod", policy).isAllowed)
        #expect(try decide(ada(), .sync, "postgres@prod", policy).isAllowed)
        #expect(try !decide(ada(), .sync, "web@prod", policy).isAllowed)
        // What is about some applications says nothing of the fleet as a whole.
        #expect(!policy.rights(of: try ada()).allowsEverywhere(.read))
        #expect(policy.rights(of: try ada()).allowsSomewhere(.read))
    }

    @Test func `the built-in roles are what their names say`() async throws {
        let expected: [(Text, Set<Verb>)] = [
            ("viewer", [.read]), ("operator", [.read, .sync, .pause, .rollback]),
            ("approver", [.read, .approve, .confirm]), ("admin", Set(Verb.allCases)),
        ]
        for (role, verbs) in expected {
            let policy = try await Sample.policy(
                "kind: RoleBinding\nmetadata: {name: a}\nspec: {role: \(role), to: [{user: ada@example.org}]}")
            let rights = policy.rights(of: try ada())
            #expect(Set(Verb.allCases.filter(rights.allowsEverywhere)) == verbs, "\(role)")
        }
    }

    @Test func `a token may do what it was made for, and what bindings give to its name`() async throws {
        let policy = try await Sample.policy(
            "kind: RoleBinding\nmetadata: {name: ci}\nspec: {role: viewer, to: [{token: ci}], on: {env: dev}}")
        let shop = try #require(ProjectName("shop"))
        let token = Principal.token(
            try #require(TokenName("ci")), scope: TokenScope(verbs: [.sync], projects: [shop]))
        #expect(try decide(token, .sync, "web@prod", policy).isAllowed)
        #expect(try decide(token, .read, "web@dev", policy).isAllowed)
        #expect(try !decide(token, .read, "web@prod", policy).isAllowed)
        #expect(try !decide(token, .sync, "ledger@prod", policy).isAllowed)
        #expect(!policy.rights(of: token).allowsEverywhere(.sync))
    }

    @Test func `the machine's own user may do everything`() async throws {
        let policy = try await Sample.policy("")
        let rights = policy.rights(of: .local(user: "root"))
        #expect(Verb.allCases.allSatisfy(rights.allowsEverywhere))
        #expect(try decide(.local(user: "root"), .sync, "ledger@prod", policy).isAllowed)
    }

    @Test func `a name that is nobody's makes no principal`() {
        #expect(Principal.user("") == nil)
        #expect(Principal.user("a\nb") == nil)
        #expect(Principal.user("ada\u{202E}") == nil)
        #expect(Principal.user(Text(String(repeating: "a", count: 257))) == nil)
        #expect(Principal.user("ada", groups: ["", "ok", "a\nb"])?.groups == ["ok"])
    }
}
