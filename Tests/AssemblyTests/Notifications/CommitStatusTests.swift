// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import GitSource
import Manifest
import Model
import Notifications
import TestSupport
import Testing

@testable import Assembly

/// A forge is told how the commits do that it keeps.
@Suite(.timeLimit(.minutes(5))) struct CommitStatusTests {
    @Test(arguments: [
        ("https://Git.Example.org/shop/web.git", "git.example.org", "shop/web"),
        ("https://git.example.org:8443/shop/web/", "git.example.org", "shop/web"),
        ("ssh://git@git.example.org:22/shop/deep/web.git/", "git.example.org", "shop/deep/web"),
        ("git@github.com:shop/web.git", "github.com", "shop/web"),
        ("https://git.example.org/web.gitx", "git.example.org", "web.gitx"),
    ])
    func `where a forge has a repository is read from its address`(text: Text, host: Text, path: Text) throws {
        let place = CommitStatus.Place(try RepositoryAddress(parsing: text))
        #expect(place == CommitStatus.Place(host: host, path: path))
    }

    @Test func `what lies on no host has no forge`() throws {
        for text in ["/srv/git/web.git", "file:///srv/git/web.git"] as [Text] {
            #expect(CommitStatus.Place(try RepositoryAddress(parsing: text)) == nil)
        }
    }

    private func states(_ server: ScriptedServer, of commit: String) throws -> [String: [String]] {
        var states: [String: [String]] = [:]
        for request in server.requests where request.path == "/api/v1/repos/shop/fleet/statuses/\(commit)" {
            let body = try JSON.read(request.body)
            #expect(request.method == "POST" && request.header("authorization") == "token canary-token-7")
            states[body["context"]?.stringValue?.string ?? "", default: []]
                .append(body["state"]?.stringValue?.string ?? "")
        }
        return states
    }

    @Test func `a forge is told how each commit does on each target, and nobody else is`() async throws {
        try await ScriptedServer.with({ _ in ScriptedServer.Reply(201) }) { server in
            try await TrialSite.with { site in
                try site.write(
                    "kind: Notification\nmetadata: {name: forge}\n"
                        + "spec: {connection: forge, events: [syncStarted, syncEnded, renderFailed]}\n",
                    to: "fleet/platform/notifications.yaml")
                try site.writePrivate(
                    "statuses: {forge: gitea, url: \"\(server.address)/api/v1\", token: canary-token-7}\n"
                        + "allow: [plainHTTP]\n", to: "state/notifications/forge.yaml")
                try site.writeContent("one")
                try site.commit("One")
                try FileManager.default.createDirectory(
                    atPath: site.folder.path + "/shop", withIntermediateDirectories: true)
                try FileManager.default.createSymbolicLink(
                    atPath: site.folder.path + "/shop/fleet.git", withDestinationPath: "../fleet/.git")
                let git = try await GitHTTPServer.start(root: site.folder)
                let address = "\(git.origin)/shop/fleet.git"
                try site.writePrivate("fleet: \(address)\ninterval: 1s\nallow: [plainHTTP]\n", to: "trust.yaml")
                try await site.withDaemon(fleet: address, trust: site.folder.path + "/trust.yaml") {
                    // Nobody is told what was before the notification was seen.
                    try await site.wait { FileManager.default.fileExists(atPath: site.state + "/notifications.json") }
                    for unit in ["web@dev", "web@prod"] {
                        try await site.wait { try await site.unit(unit)?["sync"] == "InSync" }
                    }
                    try site.writeContent("two")
                    try site.commit("Two")
                    let first = try #require(try site.head())
                    let whole = ["trimtab/web@dev", "trimtab/web@prod"]
                    try await site.wait {
                        let states = try states(server, of: first)
                        return whole.allSatisfy { states[$0] == ["pending", "success"] }
                    }
                    try site.write(
                        "apiVersion: host.trimtab.dev/v1alpha1\nkind: Nothing\n", to: "fleet/apps/web/x.yaml")
                    try site.commit("Three")
                    let second = try #require(try site.head())
                    try await site.wait {
                        let states = try states(server, of: second)
                        return whole.allSatisfy { states[$0] == ["failure"] }
                    }
                    #expect(try Set(states(server, of: first).keys) == Set(whole))
                }
                await git.stop()
                #expect(server.requests.allSatisfy { $0.path.hasPrefix("/api/v1/repos/shop/fleet/statuses/") })
            }
        }
    }
}
