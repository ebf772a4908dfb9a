// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Foundation
import Identity
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

/// The daemon on the network, and the command line at the other end.
@Suite struct HubTests {
    @Test func `a token reaches the hub from elsewhere, and does what roles in Git say`() async throws {
        try await TrialSite.with { site in
            let port = try freePort()
            let address = NetworkAddress(host: "127.0.0.1", port: port)
            try await site.withDaemon(listen: .init(address: address)) {
                let invitation = site.state + "/first-sign-in"
                while !FileManager.default.fileExists(atPath: invitation) {
                    try await Task.sleep(for: .milliseconds(20))
                }
                try await site.wait { try site.read("state/first-sign-in").hasSuffix("\n") }
                let link = try site.read("state/first-sign-in")
                #expect(link.hasPrefix("http://127.0.0.1:\(port)/sign-in/link?token=trimtab_first_"))

                let made = await site.trimtab("auth", "token", "create", "ci", "--allow", "read")
                #expect(made.status == .success, "\(made.errors)")
                let token = made.output.trimmingCharacters(in: .newlines)
                try site.write(token + "\n", to: "ci.token")
                let login = await site.trimtab(
                    "login", "http://127.0.0.1:\(port)", "--token-file", site.folder.path + "/ci.token", "--name", "hub"
                )
                #expect(login.status == .success, "\(login.errors)")
                #expect(login.output.contains("token:ci may read the fleet as a whole"))
                let kept = site.folder.path + "/.config/trimtab/contexts.yaml"
                let mode = try FileManager.default.attributesOfItem(atPath: kept)[.posixPermissions] as? Int
                #expect(mode == 0o600)

                let status = await site.trimtab("status", "--context", "hub", "--output", "json")
                #expect(try status.value["units"]?.arrayValue?.count == 2, "\(status.errors)")
                let refused = await site.trimtab("sync", "web@dev", "--context", "hub")
                #expect(refused.status == .blocked, "\(refused.errors)")
                #expect(refused.errors.contains("token:ci may not sync anything"))

                try site.write(
                    """
                    kind: RoleBinding
                    metadata: {name: ci}
                    spec: {role: operator, to: [{token: ci}], on: {env: dev}}
                    """, to: "fleet/platform/access.yaml")
                await site.trimtab("refresh")
                let allowed = await site.trimtab("sync", "web@dev", "--context", "hub", "--reason", "now")
                #expect(allowed.status == .success, "\(allowed.errors)")
                let other = await site.trimtab("sync", "web@prod", "--context", "hub")
                #expect(other.status == .blocked && other.errors.contains("may not sync example/web@prod"))
                let why = await site.trimtab("auth", "explain", "sync", "web@dev", "--as", "token:ci")
                #expect(why.output.contains("RoleBinding/ci gives token ci the role operator (platform/access.yaml:2)"))

                let paused = await site.trimtab("pause", "web@dev", "--for", "1h", "--context", "hub")
                #expect(paused.status == .success, "\(paused.errors)")
                // The socket's user may audit, and is told from where.
                let acts = await site.trimtab("log", "--kind", "paused", "--output", "json")
                #expect(acts.output.contains("\"address\":\"127.0.0.1\""), "\(acts.output)")
                let seen = await site.trimtab("log", "--kind", "paused", "--context", "hub", "--output", "json")
                #expect(seen.output.contains("\"paused\"") && !seen.output.contains("127.0.0.1"), "\(seen.output)")
                let revoked = await site.trimtab("auth", "token", "revoke", "ci", "--reason", "done")
                #expect(revoked.status == .success)
                let after = await site.trimtab("status", "--context", "hub")
                #expect(after.status == .blocked && after.errors.contains("this token does not count"))
                for secret in [token, String(link.trimmingCharacters(in: .newlines).split(separator: "_").last ?? "")] {
                    let digits = String(secret.split(separator: "_").last ?? "")
                    let log = await site.trimtab("log", "--limit", "1000", "--output", "json")
                    #expect(digits.count == 64 && !log.output.contains(digits))
                    let tokens = try site.read("state/tokens.json")
                    #expect(!tokens.contains(digits))
                }
            }
            let log = await site.trimtab("log", "--kind", "paused", "--output", "json")
            #expect(log.output.contains("token:ci"))
        }
    }

    @Test func `a hub that is reached through a proxy gives its address there to people`() async throws {
        let origin = "https://hub.example.org"
        let external = try ExternalAddress(parsing: Text(origin))
        try await ScriptedServer.with({ _ in ScriptedServer.Reply(204) }) { server in
            try await TrialSite.with { site in
                try site.write(
                    "kind: Notification\nmetadata: {name: chat}\nspec: {connection: chat, events: [syncEnded]}\n",
                    to: "fleet/platform/notifications.yaml")
                try site.writePrivate(
                    "slack: {url: \"\(server.address)/\"}\nallow: [plainHTTP]\n", to: "state/notifications/chat.yaml")
                try site.writeContent("one")
                let listen = DaemonRequest.Listen(
                    address: NetworkAddress(host: "127.0.0.1", port: 0), external: external)
                try await site.withDaemon(listen: listen) {
                    try await site.wait { (try? site.read("state/first-sign-in").hasSuffix("\n")) ?? false }
                    #expect(
                        try site.read("state/first-sign-in").hasPrefix("\(origin)/sign-in/link?token=trimtab_first_"))
                    try await site.wait { !server.requests.isEmpty }
                    let told = server.requests.map { String(decoding: $0.body, as: UTF8.self) }.joined()
                    #expect(told.replacing("\\/", with: "/").contains("\(origin)/units/example/web/"), "\(told)")
                }
            }
        }
    }

    @Test func `a program acts at a hub by the token of a provider in the hub's own folder`() async throws {
        let provider = Mutex<MemoryProvider?>(nil)
        try await ScriptedServer.with({ request in
            guard let provider = provider.withLock(\.self) else { return nil }
            let asked = ProviderRequest(url: "\(provider.issuer)\(Text(request.uri))")
            guard let answer = try? await provider.send(asked) else { return nil }
            return ScriptedServer.Reply(answer.status, pieces: [answer.body.withExposed(\.self)])
        }) { server in
            let issuer = MemoryProvider(Text(server.address)) { Clocks.system.wall() }
            provider.withLock { $0 = issuer }
            try await TrialSite.with { site in
                try site.write(
                    """
                    kind: RoleBinding
                    metadata: {name: ci}
                    spec: {role: operator, to: [{workload: {provider: ci, claims: {repository: acme/shop}}}], on: {env: dev}}
                    """, to: "fleet/platform/access.yaml")
                for (name, mode) in [("ci", 0o600), ("open", 0o644), ("Bad", 0o600)] {
                    let path = "state/providers/\(name).yaml"
                    try FileManager.default.createDirectory(
                        atPath: site.state + "/providers", withIntermediateDirectories: true)
                    try site.write("issuer: \(server.address)\nworkloads: {audience: hub}\n", to: path)
                    try FileManager.default.setAttributes(
                        [.posixPermissions: mode], ofItemAtPath: site.folder.path + "/" + path)
                }
                let port = try freePort()
                let hub = "http://127.0.0.1:\(port)"
                try await site.withDaemon(listen: .init(address: NetworkAddress(host: "127.0.0.1", port: port))) {
                    try await site.wait { FileManager.default.fileExists(atPath: site.state + "/first-sign-in") }
                    for (claims, allows) in [
                        (["repository": "acme/shop"], true), (["repository": "acme/other"], false),
                        (["repository": "acme/shop", "exp": 1], false),
                    ] as [(Object, Bool)] {
                        let token = TestKey.p256.token(issuer.claims(for: "hub", subject: "job", claims))
                        let run = await site.trimtab(
                            ["pause", "web@dev", "--for", "1h", "--server", hub, "--reason", "now"],
                            variables: ["TRIMTAB_TOKEN": token.string])
                        #expect((run.status == .success) == allows, "\(claims.keys) \(run.errors)")
                    }
                }
                let log = await site.trimtab("log", "--kind", "paused", "--output", "json")
                #expect(log.output.contains("workload:ci:job"))
            }
        }
    }

    @Test func `a daemon does not speak plain HTTP where others can listen`() async throws {
        try await TrialSite.with { site in
            let listen = DaemonRequest.Listen(address: NetworkAddress(host: "0.0.0.0", port: 0))
            let error = await #expect(throws: APIError.self) {
                try await site.withDaemon(listen: listen) { try await Task.sleep(for: .seconds(600)) }
            }
            #expect(error?.code == .invalid)
            #expect(error?.advice?.string.contains("--tls-cert") == true)
        }
    }

    @Test func `tokens are made where no daemon runs`() async throws {
        try await TrialSite.with { site in
            try await site.deploy("one")
            let made = await site.trimtab("auth", "token", "create", "ci")
            #expect(made.status == .success && made.output.hasPrefix("trimtab_ci_"), "\(made.errors)")
            let again = await site.trimtab("auth", "token", "create", "ci")
            #expect(again.status == .blocked)
            let list = await site.trimtab("auth", "token", "list", "--output", "json")
            #expect(try list.value["items"]?.arrayValue?.first?["creator"] == "user:alice")
            let log = await site.trimtab("log", "--kind", "tokenCreated", "--output", "json")
            #expect(log.output.contains("\"tokenCreated\"") && log.output.contains("user:alice"))
        }
    }
}
