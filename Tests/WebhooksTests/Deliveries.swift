// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Foundation
import Manifest
import Model
import Webhooks

/// Webhooks as the forges send them: their headers and payloads, with the fields that matter and some of the others.
struct Delivery: Sendable {
    var provider: HookProvider
    var headers: [(name: Text, value: Text)]
    var body: [UInt8]
    var addresses: [Text]
    var refs: [Text]

    var request: HookRequest { HookRequest(headers: headers, body: body) }

    func with(_ name: Text, _ value: Text?) -> HookRequest {
        HookRequest(
            headers: headers.filter { $0.name != name } + (value.map { [(name: name, value: $0)] } ?? []), body: body)
    }

    /// The header that shows who sent it.
    var proof: Text {
        switch provider {
        case .github: "x-hub-signature-256"
        case .gitlab: "x-gitlab-token"
        case .gitea: "x-gitea-signature"
        case .bitbucket: "x-hub-signature"
        case .generic: "webhook-signature"
        }
    }
}

enum Deliveries {
    static let secret: Text = "It's a Secret to Everybody"
    static let now = Time(nanoseconds: 1_790_000_000_000_000_000)

    static func hook(_ provider: HookProvider, _ secrets: Text..., sources: [SourceName] = []) throws -> Webhook {
        Webhook(
            name: try HookName(validating: "forge"), provider: provider,
            secrets: (secrets.isEmpty ? [secret] : secrets).map { Secret($0) }, sources: sources)
    }

    static func hmac(_ content: [UInt8], key: [UInt8] = Array(secret.utf8)) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: content, using: SymmetricKey(data: key)))
    }

    static func of(_ provider: HookProvider) -> Delivery {
        switch provider {
        case .github: github
        case .gitlab: gitlab
        case .gitea: gitea
        case .bitbucket: bitbucket
        case .generic: generic()
        }
    }

    static let github: Delivery = {
        let body = Array(
            """
            {"ref":"refs/heads/main","before":"6113728f27ae82c7b1a177c8d03f9e96e0adf246",
             "after":"0000000000000000000000000000000000000000","created":false,
             "repository":{"id":1,"full_name":"shop/web","private":true,"html_url":"https://github.example/shop/web",
              "git_url":"git://github.example/shop/web.git","ssh_url":"git@github.example:shop/web.git",
              "clone_url":"https://github.example/shop/web.git","default_branch":"main"},
             "pusher":{"name":"ada"},"commits":[{"id":"x","message":"\\"clone_url\\":\\"https://evil.example/x\\""}]}
            """.utf8)
        return Delivery(
            provider: .github,
            headers: [
                ("content-type", "application/json"), ("x-github-event", "push"),
                ("x-github-delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958"),
                ("x-hub-signature-256", Text("sha256=" + Hex.encode(hmac(body)))),
            ], body: body,
            addresses: [
                "https://github.example/shop/web.git", "git@github.example:shop/web.git",
                "git://github.example/shop/web.git", "https://github.example/shop/web",
            ], refs: ["refs/heads/main"])
    }()

    static let gitlab = Delivery(
        provider: .gitlab,
        headers: [
            ("x-gitlab-event", "Push Hook"), ("x-gitlab-token", secret),
            ("x-gitlab-event-uuid", "13792a34-cac6-4fda-95a8-c58e00a3954e"),
            ("idempotency-key", "f5e5f430-f57b-4e6e-9fac-d9128cd7232f"),
        ],
        body: Array(
            """
            {"object_kind":"push","event_name":"push","before":"95790bf8","after":"da1560886",
             "ref":"refs/heads/main","user_name":"Ada",
             "project":{"id":15,"name":"web","web_url":"https://gitlab.example/shop/web",
              "git_ssh_url":"git@gitlab.example:shop/web.git","git_http_url":"https://gitlab.example/shop/web.git",
              "default_branch":"main"},"commits":[],"total_commits_count":0}
            """.utf8),
        addresses: [
            "https://gitlab.example/shop/web.git", "git@gitlab.example:shop/web.git", "https://gitlab.example/shop/web",
        ], refs: ["refs/heads/main"])

    static let gitea: Delivery = {
        let body = Array(
            """
            {"ref":"refs/tags/v1","before":"","after":"bffeb74224043ba2feb48d137756c8a9331c449a","compare_url":"",
             "commits":[],"repository":{"id":140,"full_name":"shop/web","html_url":"http://git.example:3000/shop/web",
              "ssh_url":"ssh://git@git.example:2222/shop/web.git","clone_url":"http://git.example:3000/shop/web.git"}}
            """.utf8)
        return Delivery(
            provider: .gitea,
            headers: [
                ("x-gitea-event", "push"), ("x-gitea-delivery", "f6266f16-1bf3-46a5-9ea4-602e06ead473"),
                ("x-gitea-signature", Text(Hex.encode(hmac(body)))),
            ], body: body,
            addresses: [
                "http://git.example:3000/shop/web.git", "ssh://git@git.example:2222/shop/web.git",
                "http://git.example:3000/shop/web",
            ], refs: ["refs/tags/v1"])
    }()

    static let bitbucket: Delivery = {
        let body = Array(
            """
            {"actor":{"type":"user"},"repository":{"type":"repository","full_name":"shop/web",
              "links":{"html":{"href":"https://bitbucket.example/shop/web"}}},
             "push":{"changes":[{"new":{"type":"branch","name":"main"},"old":null},
              {"new":null,"old":{"type":"tag","name":"v0"}}]}}
            """.utf8)
        return Delivery(
            provider: .bitbucket,
            headers: [
                ("x-event-key", "repo:push"), ("x-request-uuid", "1e3a2b0a-5a0f-4b8e-9c19-0d3a1d8e37a3"),
                ("x-hub-signature", Text("sha256=" + Hex.encode(hmac(body)))),
            ], body: body, addresses: ["https://bitbucket.example/shop/web"], refs: ["refs/heads/main", "refs/tags/v0"])
    }()

    static func generic(id: Text = "msg_1", at time: Time = now, key: [UInt8] = Array(secret.utf8)) -> Delivery {
        let body = Array(#"{"repository":"https://git.example.org/shop.git","ref":"refs/heads/main"}"#.utf8)
        let seconds = time.nanoseconds / 1_000_000_000
        let code = Base64.encode(hmac(Array("\(id).\(seconds).".utf8) + body, key: key))
        return Delivery(
            provider: .generic,
            headers: [
                ("webhook-id", id), ("webhook-timestamp", Text("\(seconds)")),
                ("webhook-signature", Text("v1,AAAA v1,\(code)")),
            ], body: body, addresses: ["https://git.example.org/shop.git"], refs: ["refs/heads/main"])
    }
}
