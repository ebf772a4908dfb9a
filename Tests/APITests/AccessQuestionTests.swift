// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Fleet
import Manifest
import Model
import TestSupport
import Testing

@Suite struct AccessQuestionTests {
    private let shop: AccessQuestion.Subject? = .init(
        workload: "github:repo:acme/shop:ref:refs/heads/main",
        claims: ["repository=acme/shop", "ref=refs/heads/main", "odd=a=b"])

    @Test func `a workload is asked about as its provider would name it`() throws {
        guard case .workload(let provider, let name, let claims) = try #require(shop) else {
            Issue.record("is no workload")
            return
        }
        #expect(provider.text == "github" && name == "repo:acme/shop:ref:refs/heads/main")
        #expect(claims == ["repository": "acme/shop", "ref": "refs/heads/main", "odd": "a=b"])
    }

    @Test func `a question about a workload survives the wire`() throws {
        let question = AccessQuestion(verb: .sync, unit: Sample.unit("web", "prod"), subject: shop)
        #expect(try AccessQuestion(wire: JSON.read(JSON.write(question.wire))) == question)
    }

    @Test(
        arguments: [
            ["workload": "GitHub"], ["workload": ""], ["workload": "github", "claim": ["repository"]],
            ["workload": "github", "claim": ["a=1", "a=2"]], ["workload": "github", "claim": ["=1"]],
            ["workload": "github", "user": "ada"], ["workload": "github", "token": "ci"],
        ] as [Value])
    func `what is no workload is refused`(fields: Value) {
        var wire = fields
        _ = wire.editObject { $0["verb"] = "sync" }
        #expect(throws: WireError.self) { try AccessQuestion(wire: wire) }
    }

    @Test func `the answer goes by the claims that a binding names`() async throws {
        let policy = try await Sample.policy(
            """
            kind: RoleBinding
            metadata: {name: ci}
            spec: {role: operator, to: [{workload: {provider: github, claims: {repository: acme/shop}}}]}
            """)
        let engine = MemoryOperations(fleet: Sample.fleet, policy: policy)
        func isAllowed(_ workload: Text, _ claims: [Text]) async throws -> Bool {
            let subject = AccessQuestion.Subject(workload: workload, claims: claims)
            let question = AccessQuestion(verb: .sync, unit: Sample.unit("web", "prod"), subject: subject)
            return try await engine.decide(question, for: .local(user: "root")).isAllowed
        }
        #expect(try await isAllowed("github", ["repository=acme/shop"]))
        #expect(try await !isAllowed("github", ["repository=acme/other"]))
        #expect(try await !isAllowed("gitlab", ["repository=acme/shop"]))
        #expect(try await !isAllowed("github", []))
    }
}
