// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

/// What the journal records reaches receivers: each message once, also across restarts.
@Suite(.timeLimit(.minutes(5))) struct TellingTests {
    private func rule(_ name: String, _ spec: String) -> String {
        "kind: Notification\nmetadata: {name: \(name)}\nspec: {\(spec)}\n"
    }

    private func keys(_ server: ScriptedServer, _ path: String = "/") -> [String] {
        server.requests.filter { $0.path == path }.compactMap { $0.header("idempotency-key") }
    }

    @Test func `each message is told once, in order, across failures and a restart`() async throws {
        let tries = Mutex(0)
        try await ScriptedServer.with({ _ in
            let number = tries.withLock { tries in
                tries += 1
                return tries
            }
            // The first is to come again, and then it is let in.
            return number == 1 ? ScriptedServer.Reply(503, headers: [("retry-after", "1")]) : ScriptedServer.Reply(204)
        }) { server in
            try await TrialSite.with { site in
                try site.write(
                    rule("events", "connection: bus, events: [syncStarted, syncEnded], on: {name: dev}"),
                    to: "fleet/platform/notifications.yaml")
                try site.writePrivate(
                    "cloudEvents: {url: \"\(server.address)/\"}\nallow: [plainHTTP]\n",
                    to: "state/notifications/bus.yaml")
                try site.writeContent("one")
                try await site.withDaemon {
                    try await site.wait { Set(keys(server)).count == 2 }
                    try await site.wait { try await site.figure("trimtab_notifications_total{result=\"told\"}") == 2 }
                    #expect(try await site.figure("trimtab_notifications_total{result=\"retried\"}") == 1)
                }
                let first = keys(server)
                #expect(first.count == 3 && first[0] == first[1], "the same message comes again under the same key")
                // What happens while no daemon runs is told by the next one.
                try await site.deploy("two")
                try await site.withDaemon {
                    try await site.wait { Set(keys(server)).count == 4 }
                    try site.writeContent("three")
                    try await site.wait { Set(keys(server)).count == 6 }
                    // And nothing more.
                    try await Task.sleep(for: .seconds(3))
                }
                let all = keys(server)
                #expect(all.count == 7 && Set(all).count == 6, "\(all)")
                let kinds = try server.requests.dropFirst().map {
                    try JSON.read($0.body)["type"]?.stringValue?.string ?? ""
                }
                let pair = ["dev.trimtab.syncStarted.v1", "dev.trimtab.syncEnded.v1"]
                #expect(kinds == pair + pair + pair)
                #expect(
                    server.requests.allSatisfy {
                        $0.header("content-type") == "application/cloudevents+json; charset=utf-8"
                    })
                let subjects = try server.requests.map { try JSON.read($0.body)["subject"] }
                #expect(subjects.allSatisfy { $0 == "example/web@dev" })
            }
        }
    }

    @Test func `a chat is told each event once, in a digest what waited, across a restart`() async throws {
        let isOpen = Mutex(false)
        try await ScriptedServer.with({ _ in ScriptedServer.Reply(isOpen.withLock(\.self) ? 200 : 503) }) { server in
            try await TrialSite.with { site in
                try site.write(
                    rule("chat", "connection: chat, events: [syncStarted, syncEnded], on: {name: dev}"),
                    to: "fleet/platform/notifications.yaml")
                try site.writePrivate(
                    "slack: {url: \"\(server.address)/\"}\nallow: [plainHTTP]\n", to: "state/notifications/chat.yaml")
                try site.writeContent("one")
                try await site.withDaemon {
                    try await site.wait { try await site.figure("trimtab_notifications_total{result=\"retried\"}") > 0 }
                    for content in ["two", "three"] {
                        try site.writeContent(content)
                        try await site.wait { (try? site.read("fleet/sandbox/dev/srv/site/index.html")) == content }
                        // A sync that is not recorded yet would be another one after the restart.
                        try await site.wait { try await site.unit("web@dev")?["sync"] == "InSync" }
                    }
                }
                let before = server.requests.count
                let first = keys(server)
                #expect(Set(first).count == 1, "nothing else before it")
                isOpen.withLock { $0 = true }
                // Whoever opens it a third time tells nothing more.
                for _ in 0..<2 {
                    try await site.withDaemon {
                        try await site.wait { server.requests.count >= before + 2 }
                        try await Task.sleep(for: .seconds(3))
                    }
                }
                let told = server.requests.dropFirst(before)
                #expect(told.count == 2, "\(told.count)")
                #expect(told.first?.header("idempotency-key") == first.first, "the same message, under the same key")
                let lines = try told.flatMap { request in
                    (try JSON.read(request.body)["text"]?.stringValue?.string ?? "").split(separator: "\n")
                }
                #expect(lines.filter { $0.hasPrefix("*5 events of example*") }.count == 1, "\(lines)")
                let kinds = lines.filter { $0.contains("example/web@dev") }.map { $0.prefix { $0 != " " } }
                #expect(kinds == ["*syncStarted*", "*syncEnded*"] + kinds.prefix(2) + kinds.prefix(2), "\(lines)")
            }
        }
    }

    @Test func `a receiver that is not there keeps nobody else waiting, and is told when it is`() async throws {
        try await ScriptedServer.with({ $0.path == "/slow" ? nil : ScriptedServer.Reply(200) }) { server in
            try await TrialSite.with { site in
                try site.write(
                    rule("slow", "connection: slow, events: [syncEnded]") + "---\n"
                        + rule("absent", "connection: absent, events: [syncEnded]") + "---\n"
                        + rule("chat", "connection: chat, events: [syncEnded]"),
                    to: "fleet/platform/notifications.yaml")
                for name in ["slow", "chat"] {
                    try site.writePrivate(
                        "slack: {url: \"\(server.address)/\(name)\"}\nallow: [plainHTTP]\n",
                        to: "state/notifications/\(name).yaml")
                }
                try site.writeContent("one")
                try await site.withDaemon {
                    try await site.wait { keys(server, "/chat").count == 2 }
                    // Its address is written down now.
                    try site.writePrivate(
                        "slack: {url: \"\(server.address)/absent\"}\nallow: [plainHTTP]\n",
                        to: "state/notifications/absent.yaml")
                    try await site.wait { Set(keys(server, "/absent")).count == 2 }
                }
                let texts = try server.requests.filter { $0.path == "/chat" }.map {
                    try JSON.read($0.body)["text"]?.stringValue?.string ?? ""
                }
                #expect(texts.allSatisfy { $0.hasPrefix("*syncEnded* example/web@") }, "\(texts)")
                #expect(Set(keys(server, "/slow")).count == 1)
            }
        }
    }

    @Test func `a project tells by connections that are given to it, and of its own units`() async throws {
        try await ScriptedServer.with({ _ in ScriptedServer.Reply(200) }) { server in
            try await TrialSite.with { site in
                try site.write(
                    rule("mine", "connection: chat, events: [syncEnded, unitRemoved]") + "---\n"
                        + rule("taken", "connection: other, events: [syncEnded]"),
                    to: "fleet/projects/site/notifications.yaml")
                for (name, projects) in [("chat", "site"), ("other", "somebody")] {
                    try site.writePrivate(
                        "slack: {url: \"\(server.address)/\(name)\"}\nallow: [plainHTTP]\nprojects: [\(projects)]\n",
                        to: "state/notifications/\(name).yaml")
                }
                try site.writeContent("one")
                try await site.withDaemon {
                    try await site.wait { keys(server, "/chat").count == 2 }
                    try await site.wait { try await site.figure("trimtab_notifications_total{result=\"retried\"}") > 0 }
                    // That its application left the fleet is told, too.
                    try FileManager.default.removeItem(at: site.folder.appending(path: "fleet/projects/site/web.yaml"))
                    try await site.wait { keys(server, "/chat").count == 4 }
                }
                #expect(keys(server, "/other").isEmpty)
            }
        }
    }

    @Test func `nothing is sent to the local link, and nothing by a name that leads there`() async throws {
        try await TrialSite.with { site in
            try site.write(
                rule("meta", "connection: meta, events: [syncEnded]"), to: "fleet/platform/notifications.yaml")
            try site.writePrivate(
                "slack: {url: \"http://169.254.169.254/latest\"}\nallow: [plainHTTP]\n",
                to: "state/notifications/meta.yaml")
            try site.writeContent("one")
            try await site.withDaemon {
                try await site.wait { try await site.figure("trimtab_notifications_total{result=\"refused\"}") == 2 }
            }
        }
    }
}
