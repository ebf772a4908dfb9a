// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import AsyncHTTPClient
import Commands
import Crypto
import Foundation
import Manifest
import Model
import NIOCore
import NIOHTTP1
import TestSupport
import Testing
import Webhooks

/// A push and a webhook, and what was pushed is applied, however long the source's interval is.
@Suite(.timeLimit(.minutes(5))) struct HintTests {
    private struct Hub: Sendable {
        let site: TrialSite
        let git: GitHTTPServer
        let port: Int

        /// Questions for what the repository has: one for a look, and one more where there is something to fetch.
        var looks: Int { git.requests.count { $0.path.contains("info/refs") } }

        func push(_ content: String) throws {
            try site.writeContent(content)
            try site.commit("Deploy \(content)")
        }

        func hint(_ id: String, repository: String, secret: String = HintTests.secret) async throws -> Int {
            let body = Array(#"{"repository":"\#(repository)","ref":"refs/heads/main"}"#.utf8)
            let seconds = Int(Date().timeIntervalSince1970)
            let code = HMAC<SHA256>.authenticationCode(
                for: Array("\(id).\(seconds).".utf8) + body, using: SymmetricKey(data: Array(secret.utf8)))
            var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/v1/hooks/ci")
            request.method = .POST
            request.headers = [
                "webhook-id": id, "webhook-timestamp": "\(seconds)",
                "webhook-signature": "v1," + Data(code).base64EncodedString(),
            ]
            request.body = .bytes(ByteBuffer(bytes: body))
            return Int(try await HTTPClient.shared.execute(request, timeout: .seconds(20)).status.code)
        }

        func content() -> String? { try? site.read("state/sandbox/dev/srv/site/index.html") }
    }

    private static let secret = "the secret of a pipeline"

    private func withHub(_ body: @escaping @Sendable (Hub) async throws -> Void) async throws {
        try await TrialSite.with { site in
            try site.writeContent("one")
            try site.commit("Begin")
            let git = try await GitHTTPServer.start(root: site.folder)
            let address = "\(git.origin)/fleet/.git"
            try site.writePrivate("fleet: \(address)\ninterval: 1h\nallow: [plainHTTP]\n", to: "trust.yaml")
            try site.writePrivate("provider: generic\nsecret: \(Self.secret)\n", to: "state/webhooks/ci.yaml")
            let port = try freePort()
            let listen = DaemonRequest.Listen(address: NetworkAddress(host: "127.0.0.1", port: port))
            let hub = Hub(site: site, git: git, port: port)
            try await site.withDaemon(
                fleet: address, trust: site.folder.path + "/trust.yaml", listen: listen
            ) {
                try await site.wait { hub.content() == "one" }
                try await site.wait { try await site.get("/readyz") == "ok\n" }
                try await body(hub)
            }
            await git.stop()
        }
    }

    @Test func `a push that a webhook tells of is applied soon`() async throws {
        try await withHub { hub in
            // Nobody looks by themselves within the hour.
            let before = hub.looks
            try hub.push("two")
            try await Task.sleep(for: .seconds(3))
            #expect(hub.looks == before && hub.content() == "one")
            #expect(try await hub.hint("msg_1", repository: "ssh://git@127.0.0.1:22/Fleet/.git/") == 202)
            try await hub.site.wait { hub.content() == "two" }
            #expect(hub.looks == before + 1)
            #expect(try await hub.site.figure("trimtab_webhooks_total{result=\"hinted\"}") == 1)
            // On record is when it was told of, and how long it took to fetch.
            let log = await hub.site.trimtab("log", "--kind", "commitSeen", "--output", "json")
            let arrivals = try log.output.split(separator: "\n").map {
                try JSON.read(Array($0.utf8))["payload"]?["arrival"] ?? .null
            }
            #expect(arrivals.count == 2 && arrivals.first?["hinted"] == nil, "\(log.output)")
            let times = ["hinted", "began", "ended"].compactMap { arrivals.last?[$0]?.timeValue }
            #expect(times.count == 3 && times == times.sorted(), "\(log.output)")
        }
    }

    @Test func `many webhooks are few looks, and what is not ours is none`() async throws {
        try await withHub { hub in
            let (before, began) = (hub.looks, ContinuousClock.now)
            try hub.push("two")
            let address = "\(hub.git.origin)/fleet/.git"
            for index in 0..<40 {
                #expect(try await hub.hint("msg_\(index)", repository: address) == 202)
                // The same again, and one of somebody else's.
                #expect(try await hub.hint("msg_\(index)", repository: address) == 202)
                #expect(try await hub.hint("other_\(index)", repository: "https://git.example.org/other.git") == 202)
            }
            #expect(try await hub.hint("wrong", repository: address, secret: "not the secret at all") == 401)
            try await hub.site.wait { hub.content() == "two" }
            try await hub.site.wait { try await hub.site.figure("trimtab_webhooks_total{result=\"hinted\"}") == 40 }
            // One at once, and one each interval for those that came in it.
            let intervals = (ContinuousClock.now - began) / HintQueue<SourceName>.interval
            let looks = hub.looks - before
            #expect(looks >= 1 && Double(looks) <= intervals + 2, "\(looks) looks in \(intervals) intervals")
            #expect(try await hub.site.figure("trimtab_webhooks_total{result=\"repeated\"}") == 40)
            #expect(try await hub.site.figure("trimtab_webhooks_total{result=\"nothing\"}") == 40)
            #expect(try await hub.site.figure("trimtab_webhooks_total{result=\"refused\"}") == 1)
        }
    }
}
