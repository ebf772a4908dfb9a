// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Testing
import Webhooks

/// Of payloads no more is taken than addresses and refs, and what is not as it must be is refused.
@Suite struct DecodingTests {
    private func read(_ provider: HookProvider, _ event: Text?, _ body: String) throws(HookRefusal) -> RepositoryHint? {
        try RepositoryHint.read(provider, event: event, Array(body.utf8))
    }

    @Test(arguments: [
        (HookProvider.github, "ping"), (.github, "issues"), (.gitea, "create"), (.gitlab, "Note Hook"),
        (.bitbucket, "diagnostics:ping"),
    ])
    func `other events hint at nothing`(provider: HookProvider, event: String) throws {
        #expect(try read(provider, Text(event), "whatever") == nil)
    }

    @Test func `a system hook of GitLab tells of much else`() throws {
        #expect(try read(.gitlab, "System Hook", #"{"event_name":"user_create"}"#) == nil)
        let hint = try read(
            .gitlab, "System Hook",
            #"{"event_name":"repository_update","project":{"git_http_url":"https://gitlab.example/a/b.git"}}"#)
        #expect(hint?.addresses == ["https://gitlab.example/a/b.git"] && hint?.refs == [])
    }

    @Test func `Data Center names clones, or nothing that leads anywhere`() throws {
        let changes = #""changes":[{"ref":{"id":"refs/heads/main"},"type":"UPDATE"}]"#
        let links = #""links":{"clone":[{"href":"ssh://git@dc.example:7999/shop/web.git","name":"ssh"}]}"#
        let named = try read(
            .bitbucket, "repo:refs_changed", #"{"repository":{"slug":"web",\#(links)},\#(changes)}"#)
        #expect(named?.addresses == ["ssh://git@dc.example:7999/shop/web.git"])
        let bare = try read(.bitbucket, "repo:refs_changed", #"{"repository":{"slug":"web"},\#(changes)}"#)
        #expect(bare?.addresses == [] && bare?.refs == ["refs/heads/main"])
    }

    @Test func `many refs mean any`() throws {
        let change = #"{"ref":{"id":"refs/heads/x"}}"#
        let all = Array(repeating: change, count: 101).joined(separator: ",")
        let hint = try read(.bitbucket, "repo:refs_changed", #"{"repository":{},"changes":[\#(all)]}"#)
        #expect(hint?.refs == [])
    }

    @Test(
        arguments: [
            (HookProvider.github, nil, "{}"), (.github, "push", ""), (.github, "push", "{"), (.github, "push", "[]"),
            (.github, "push", "{}"), (.github, "push", #"{"ref":1,"repository":{"clone_url":"https://a/b"}}"#),
            (.github, "push", #"{"ref":"refs/heads/x","repository":{"clone_url":1}}"#),
            (.github, "push", #"{"ref":"refs/heads/x","repository":"https://a/b"}"#),
            (.github, "push", "\u{0}"), (.github, "push", #"{"ref":"x"} {"ref":"y"}"#),
            (.gitlab, "Push Hook", "{}"), (.gitlab, "Push Hook", #"{"object_kind":"push","ref":"refs/heads/x"}"#),
            (.bitbucket, "repo:push", "{}"), (.bitbucket, "repo:push", #"{"repository":{}}"#),
            (.bitbucket, "repo:push", #"{"repository":{},"push":{"changes":[{"new":null}]}}"#),
            (.generic, nil, "{}"), (.generic, nil, #"{"repository":[]}"#), (.generic, nil, #"{"repository":[1]}"#),
            (.generic, nil, #"{"repository":"https://a/b","branch":"main"}"#),
            (.generic, nil, #"{"repository":"https://a/b","ref":""}"#), (.generic, nil, #"{"repository":{}}"#),
        ] as [(HookProvider, String?, String)])
    func `what is not as it must be is refused with a reason`(provider: HookProvider, event: String?, body: String) {
        let error = #expect(throws: HookRefusal.self) { try read(provider, event.map { Text($0) }, body) }
        guard case .malformed(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!reason.isEmpty && reason.utf8.count < 400)
    }

    @Test func `depth, addresses and their length have limits`() throws {
        let deep = #"{"x":"# + String(repeating: "[", count: 100) + String(repeating: "]", count: 100) + "}"
        #expect(throws: HookRefusal.self) { try read(.github, "push", deep) }
        let long = String(repeating: "a", count: 3000)
        #expect(throws: HookRefusal.self) { try read(.generic, nil, #"{"repository":"\#(long)"}"#) }
        let many = (0..<17).map { "\"https://a/\($0)\"" }.joined(separator: ",")
        #expect(throws: HookRefusal.self) { try read(.generic, nil, #"{"repository":[\#(many)]}"#) }
    }

    @Test func `a file describes a hook, and errors of it show no secret`() throws {
        let name = try HookName(validating: "forge")
        func hook(_ text: String) throws(HookFileError) -> Webhook {
            try Webhook(Array(text.utf8), name: name, file: "forge.yaml")
        }
        let good = try hook("provider: gitlab\nsecret: [0123456789abcdef, fedcba9876543210]\nsources: [shop]\n")
        let shop = try SourceName(validating: "shop")
        #expect(good.provider == .gitlab && good.secrets.count == 2 && good.sources == [shop])
        #expect("\(good)".contains("0123456789abcdef") == false)
        for (text, reason) in [
            ("provider: github\nsecret: shorttoken\n", "at least 16 bytes"),
            ("provider: githup\nsecret: 0123456789abcdef\n", "githup"),
            ("provider: github\n", "\"secret\" is missing"), ("", "empty"), ("a: [", "no YAML in order"),
            ("provider: github\nsecret: 0123456789abcdef\nsecrets: x\n", "secrets"),
        ] {
            let error = #expect(throws: HookFileError.self) { try hook(text) }
            #expect(error?.reason.string.contains(reason) == true, "\(String(describing: error))")
            #expect(error?.reason.string.contains("shorttoken") == false)
            #expect(error?.reason.string.contains("0123456789abcdef") == false)
        }
    }
}
