// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Foundation
import Manifest
import Model
import NIOHTTP1
import TestSupport
import Testing

/// What the server answers is what its document says.
@Suite struct OpenAPITests {
    @Test func `the document is for those who are signed in`() async throws {
        try await withNetworkSite { site in
            #expect(try await site.send(.GET, "/openapi.json").status == 401)
            let token = try await site.token("ci", [.read])
            let answer = try await site.send(.GET, "/openapi.json", token: token)
            #expect(answer.status == 200 && answer.headers.first(name: "content-type") == "application/json")
            #expect(try JSON.read(Array(answer.body.utf8)) == APIDocument.json())
            #expect(try await site.send(.POST, "/openapi.json", token: token).status == 400)
        }
    }

    /// Something of everything that an answer can tell of: whatever a route does, there is something to do it to.
    private func prepare(_ site: NetworkSite) async {
        let (unit, plan) = (Sample.unit("web", "prod"), Digest(hex: String(repeating: "0", count: 64)))
        await site.twin.change { fleet in
            for index in fleet.sources.indices { fleet.sources[index].refused = Sample.commit("d") }
            guard let index = fleet.units.firstIndex(where: { $0.unit == unit }), let plan else { return }
            fleet.units[index].sync = .syncing
            fleet.units[index].block = Block(reason: "a person has to look", plan: plan)
        }
    }

    private func events(_ twin: MemoryOperations) async {
        let unit = Sample.unit("web", "prod")
        let access = SecretAccess(place: "vault:shop", keys: ["password"], version: "3", recipients: ["age1x"])
        await twin.append(.secretsRead, unit: unit, payload: SecretsRead(project: "shop", accesses: [access]).value)
        let failed = StoreFailed(
            place: "vault:shop", state: "unreachable", reason: "away", since: Sample.now, units: [unit])
        await twin.append(.storeFailed, payload: failed.value)
        let ended = SyncEnded(result: .succeeded, version: Sample.version("a"), render: Sample.digest(1))
        await twin.append(.syncEnded, unit: unit, actor: Actor("user:ada"), payload: ended.value, summary: "synced")
    }

    /// What is asked of every route, as its document describes its input.
    private func generated() throws -> [(HTTPMethod, String, String)] {
        try Routes.mounted.map { route in
            let input = try RouteInputs(route).about("web@prod")
                .replacing(#""sources":["web"]"#, with: #""sources":["shop"]"#)
            return (route.method == .get ? .GET : .POST, route.path.string, input)
        }
    }

    /// Ways of asking that a document does not tell of.
    private static let others: [(HTTPMethod, String, String)] = [
        (.GET, "/v1/units", "?limit=2&order=name"), (.GET, "/v1/diff", "?unit=acme/web@prod&owners=true"),
        (.GET, "/v1/render", "?unit=acme/absent@prod"), (.GET, "/v1/status", ""), (.GET, "/v1/events", ""),
        (.POST, "/v1/sync", "[]"), (.POST, "/v1/rollback", #"{"unit": "acme/nothing@prod"}"#),
        (.POST, "/v1/adopt", #"{"unit": "acme/web@prod", "dryRun": true}"#),
    ]

    @Test(.enabled(if: OpenAPIValidator.python != nil, "needs scripts/lab/openapi"))
    func `answers are as the document says, by an independent reading of it`() async throws {
        try await withNetworkSite { site in
            let token = try await site.token("ci", Set(Verb.allCases))
            await events(site.twin)
            func answer(_ method: HTTPMethod, _ path: String, _ input: String) async throws -> NetworkSite.Answer {
                method == .GET
                    ? try await site.send(.GET, path + input, token: token)
                    : try await site.send(
                        .POST, path, token: token, headers: [("content-type", "application/json")], body: input)
            }
            // So that one can be revoked.
            _ = try await answer(
                .POST, "/v1/tokens/create",
                #"{"name": "nobody", "verbs": ["read"], "expires": "2026-11-30T00:00:00Z"}"#)
            var samples: [Value] = []
            for (index, (method, path, input)) in (try generated() + Self.others).enumerated() {
                await prepare(site)
                let answer = try await answer(method, path, input)
                if index < Routes.mounted.count { #expect(answer.status == 200, "\(path): \(answer.body)") }
                samples.append([
                    "path": .string(Text(path)), "method": method == .GET ? "get" : "post",
                    "status": .number(Number(Int64(answer.status))), "body": try JSON.read(Array(answer.body.utf8)),
                ])
            }
            try await withScratchFolder { folder in
                let (document, answers) = (folder.path + "/openapi.json", folder.path + "/answers.json")
                try Data(JSON.write(APIDocument.json())).write(to: URL(fileURLWithPath: document))
                try Data(JSON.write(.array(samples))).write(to: URL(fileURLWithPath: answers))
                let said = try OpenAPIValidator.check([document, answers])
                #expect(said.status == 0, "\(said.text)")
            }
        }
    }
}
