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

    @Test(.enabled(if: OpenAPIValidator.python != nil, "needs scripts/lab/openapi"))
    func `answers are as the document says, by an independent reading of it`() async throws {
        try await withNetworkSite { site in
            let token = try await site.token("ci", Set(Verb.allCases))
            let unit = "?unit=acme/web@prod"
            let asked: [(HTTPMethod, String, String)] = [
                (.GET, "/v1/status", ""), (.GET, "/v1/units", "?limit=2&order=name"), (.GET, "/v1/plan", unit),
                (.GET, "/v1/diff", unit + "&owners=true"),
                (.GET, "/v1/render", unit), (.GET, "/v1/explain", unit), (.GET, "/v1/history", unit),
                (.GET, "/v1/status/past", "?time=2026-11-24T00:00:00Z"), (.GET, "/v1/commits", unit),
                (.GET, "/v1/events", ""), (.GET, "/v1/audit/checkpoint", ""),
                (.GET, "/v1/access", "?verb=sync"), (.GET, "/v1/tokens", ""),
                (.GET, "/v1/render", "?unit=acme/absent@prod"),
                (.POST, "/v1/refresh", #"{"reason": "a"}"#), (.POST, "/v1/audit/verify", "{}"),
                (.POST, "/v1/sync", #"{"units": {"unit": ["web@prod"]}}"#),
                (.POST, "/v1/pause", #"{"units": {"unit": ["web@prod"]}, "until": "2030-01-01T00:00:00Z"}"#),
                (.POST, "/v1/adopt", #"{"unit": "acme/web@prod", "dryRun": true}"#),
                (.POST, "/v1/tokens/create", #"{"name": "new", "verbs": ["read"], "expires": "2026-11-30T00:00:00Z"}"#),
                (.POST, "/v1/sync", "[]"), (.POST, "/v1/rollback", #"{"unit": "acme/web@prod"}"#),
            ]
            var samples: [Value] = []
            for (method, path, input) in asked {
                let answer =
                    method == .GET
                    ? try await site.send(.GET, path + input, token: token)
                    : try await site.send(
                        .POST, path, token: token, headers: [("content-type", "application/json")], body: input)
                samples.append([
                    "path": .string(Text(path)), "method": method == .GET ? "get" : "post",
                    "status": .number(Number(Int64(answer.status))), "body": try JSON.read(Array(answer.body.utf8)),
                ])
            }
            #expect(samples.count { $0["status"]?.intValue == 200 } >= 14)
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
