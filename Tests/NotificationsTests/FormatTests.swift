// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import Notifications
import TestSupport
import Testing

/// What receivers get.
@Suite struct FormatTests {
    private func request(_ file: String, _ messages: [Message], status: CommitStatus? = nil) throws -> OutgoingRequest?
    {
        try News.receiver(file).request(for: messages, by: "chat", status: status, now: News.start)
    }

    @Test func `a chat cannot be led astray by what a cluster says`() throws {
        let hostile = News.message(
            1, "<https://evil.example|click> <!channel> `x` *y* & \u{1}\n",
            link: "https://hub.example/units/acme/web/prod")
        let made = try #require(try request("slack: {url: \"https://hooks.example/T/B/x\"}", [hostile]))
        let text = try #require(try JSON.read(made.body)["text"]?.stringValue)
        #expect(
            text.string
                == "warning: *drifted* <https://hub.example/units/acme/web/prod|acme/web@prod>: "
                + "&lt;https://evil.example/click&gt; &lt;!channel&gt; 'x' 'y' &amp;   ")
        #expect(made.key == "w1-1-1/chat" && made.url.withExposed { $0 } == "https://hooks.example/T/B/x")
        #expect(!"\(made)".contains("hooks.example/T"))
    }

    @Test func `a digest names some and counts the rest`() throws {
        let made = try request("slack: {url: \"https://hooks.example/x\"}", (1...30).map { News.message($0) })
        let text = try JSON.read(try #require(made).body)["text"]?.stringValue?.string ?? ""
        let lines = text.split(separator: "\n")
        #expect(lines.count == 22 && lines.first == "*30 events of acme*" && lines.last == "and 10 more")
        #expect(made?.key == "w1-1-1..30/chat")
    }

    @Test func `an event of the cloud has its attributes, in the body or in headers`() throws {
        let message = News.message(3, "ünï \"x\" %")
        let file = "cloudEvents: {url: \"https://events.example/in?x=1\"}"
        let structured = try #require(try request(file, [message]))
        let event = try JSON.read(structured.body)
        #expect(structured.headers.first?.value == "application/cloudevents+json; charset=utf-8")
        #expect(event["specversion"] == "1.0" && event["id"] == "w1-1-3" && event["source"] == "urn:trimtab:acme")
        #expect(event["type"] == "dev.trimtab.drifted.v1" && event["subject"] == "acme/web@prod")
        #expect(event["time"] == "2026-09-21T14:13:20.000Z" && event["datacontenttype"] == "application/json")
        #expect(event["data"]?["project"] == "shop" && event["data"]?["severity"] == "warning")
        let binary = try #require(
            try request("cloudEvents: {url: \"https://events.example\", mode: binary, token: t0ken}", [message]))
        let headers = Dictionary(binary.headers.map { ($0.name, $0.value) }) { first, _ in first }
        #expect(headers["ce-id"] == "w1-1-3" && headers["ce-type"] == "dev.trimtab.drifted.v1")
        #expect(headers["content-type"] == "application/json")
        #expect(try JSON.read(binary.body) == event["data"])
        #expect(binary.token?.header == "authorization" && binary.token?.value == Secret("Bearer t0ken"))
    }

    @Test func `what is signed can be checked as Standard Webhooks are`() throws {
        let made = try #require(
            try request(
                "cloudEvents: {url: \"https://events.example\", secret: whsec_AAECAwQFBgcICQ==}", [News.message(3)]))
        let names = made.headers.map(\.name)
        #expect(names.contains("webhook-id") && names.contains("webhook-timestamp"))
        let signature = made.headers.first { $0.name == "webhook-signature" }?.value.string ?? ""
        #expect(signature.hasPrefix("v1,") && signature.utf8.count == 47)
    }

    @Test(arguments: [
        ("github", "https://api.git.example", "/repos/shop/web/statuses/", "failure", "authorization", "Bearer t0ken"),
        ("gitea", "https://git.example/api/v1", "/repos/shop/web/statuses/", "failure", "authorization", "token t0ken"),
        ("gitlab", "https://git.example/api/v4", "/projects/shop%2Fweb/statuses/", "failed", "private-token", "t0ken"),
    ])
    func `a forge gets the status of a commit`(
        forge: String, url: String, path: String, state: String, header: String, token: String
    ) throws {
        let file = "statuses: {forge: \(forge), url: \"\(url)\", token: t0ken}"
        let status = CommitStatus(
            News.ended(1, .failed), source: CommitStatus.Place(host: "git.example", path: "shop/web"), fleet: nil)
        let made = try #require(
            try request(file, [News.message(1, Text(String(repeating: "ü", count: 300)))], status: status))
        let commit = String(repeating: "a", count: 40)
        #expect(made.url.withExposed(\.string) == url + path + commit)
        let body = try JSON.read(made.body)
        #expect(body["state"]?.stringValue == Text(state))
        #expect((body["context"] ?? body["name"]) == "trimtab/web@prod")
        #expect(body["description"]?.stringValue.map { $0.utf8.count <= 140 } == true)
        #expect(made.token?.header == Text(header) && made.token?.value == Secret(Text(token)))
        // A token of one forge is not shown to another, and no commit of another is looked for there.
        let elsewhere = CommitStatus(
            News.ended(1, .failed), source: CommitStatus.Place(host: "other.example", path: "shop/web"), fleet: nil)
        #expect(try request(file, [News.message(1)], status: elsewhere) == nil)
        #expect(CommitStatus(News.drifted(1), source: nil, fleet: nil) == nil)
    }

    private static let words: [(CommitStatus.State, github: Text, gitea: Text, gitlab: Text)] = [
        (.pending, "pending", "pending", "running"), (.success, "success", "success", "success"),
        (.failure, "failure", "failure", "failed"), (.cancelled, "error", "error", "canceled"),
    ]

    @Test(arguments: words)
    func `each forge has its own word for a state`(state: CommitStatus.State, github: Text, gitea: Text, gitlab: Text)
        throws
    {
        let place = CommitStatus.Place(host: "git.example", path: "shop/web")
        var status = try #require(CommitStatus(News.ended(1, .succeeded), source: place, fleet: nil))
        status.state = state
        for (forge, word) in [("github", github), ("gitea", gitea), ("gitlab", gitlab)] {
            let file = "statuses: {forge: \(forge), url: \"https://git.example\", token: t0ken}"
            let made = try #require(try request(file, [News.message(1)], status: status))
            #expect(try JSON.read(made.body)["state"]?.stringValue == word, "\(forge)")
        }
    }

    @Test func `an event says how the commit does that it is about`() throws {
        let (source, fleet) = (
            CommitStatus.Place(host: "git.example", path: "shop/web"),
            CommitStatus.Place(host: "git.example", path: "platform/fleet")
        )
        let (version, own) = (Sample.version("a"), Version(fleet: Sample.commit("f"), source: nil))
        func started(_ cause: SyncCause, _ version: Version) -> EventDraft {
            SyncStarted(
                version: version, render: Sample.digest(2), plan: Sample.digest(3), cause: cause, counts: ChangeCounts()
            ).draft(of: News.unit)
        }
        func ended(_ result: SyncEnded.Result) -> EventDraft {
            SyncEnded(result: result, version: version, render: Sample.digest(2)).draft(of: News.unit)
        }
        let failed = RenderFailed(version: version, reason: "no such chart").draft(of: News.unit)
        let back = RolledBack(
            from: RolledBack.Place(version: version, render: Sample.digest(2)),
            to: RolledBack.Place(version: Sample.version("c"), render: Sample.digest(3))
        ).draft(of: News.unit)
        let expected: [(EventDraft, CommitStatus.State?)] = [
            (started(.commit, version), .pending), (started(.drift, version), nil), (ended(.succeeded), .success),
            (ended(.failed), .failure), (ended(.cancelled), .cancelled), (ended(.superseded), .cancelled),
            (failed, .failure), (back, .failure), (Healed(objects: []).draft(of: News.unit), nil),
        ]
        for (draft, state) in expected {
            let status = CommitStatus(News.event(1, draft), source: source, fleet: fleet)
            #expect(status?.state == state, "\(draft.kind)")
            #expect(status == nil || status?.commit == Sample.commit("a") && status?.place == source)
        }
        // A unit without a source of its own comes from the fleet.
        let status = CommitStatus(News.event(1, started(.commit, own)), source: source, fleet: fleet)
        #expect(status?.commit == Sample.commit("f") && status?.place == fleet)
        #expect(CommitStatus(News.event(1, ended(.succeeded)), source: nil, fleet: fleet) == nil)
    }

    @Test func `a file of a receiver is strict, and its errors show no secret`() throws {
        for (text, reason) in [
            ("slack: {url: \"http://hooks.example/s3cr3t\"}", "plain HTTP"),
            ("slack: {url: \"ftp://hooks.example/s3cr3t\"}", "must be http"),
            ("slack: {url: \"https://user:s3cr3t@hooks.example/\"}", "must be http"),
            ("slack: {url: \"https:///s3cr3t\"}", "must be http"), ("slack: {url: 1}", "string"),
            ("slack: {url: \"https://h/s3cr3t\"}\nalertmanager: {url: \"https://h\"}", "slack"), ("{}", "slack"),
            ("", "empty"),
            ("slack: {url: \"https://h/s3cr3t\", token: s3cr3t}", "token"),
            ("statuses: {forge: github, url: \"https://h\", token: \"s3cr3t x\"}", "one word"), ("a: [", "YAML"),
        ] {
            let error = #expect(throws: ReceiverError.self) { try News.receiver(text) }
            #expect(error?.reason.string.contains(reason) == true, "\(text): \(String(describing: error))")
            #expect(error?.reason.string.contains("s3cr3t") == false)
        }
        let plain = try News.receiver("slack: {url: \"http://127.0.0.1:9/x/\"}\nallow: [plainHTTP]\nprojects: [shop]\n")
        #expect(plain.url == Secret("http://127.0.0.1:9/x") && plain.projects == ["shop"])
        #expect(!"\(plain)".contains("127.0.0.1"))
    }
}
