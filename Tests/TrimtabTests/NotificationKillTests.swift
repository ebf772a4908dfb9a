// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest
import TestSupport
import Testing

/// SIGKILL while a receiver is being told: nothing is lost, and what is told again has the same key.
@Suite(.timeLimit(.minutes(5))) struct NotificationKillTests {
    @Test func `a message survives a kill, and is told once after it`() async throws {
        let isDeaf = Flag()
        try await ScriptedServer.with({ _ in
            if await isDeaf.isSet { try? await Task.sleep(for: .seconds(3600)) }
            return ScriptedServer.Reply(200)
        }) { server in
            try await withScratchFolder { folder in
                let (fleet, state) = (folder.path + "/fleet", folder.path + "/state")
                let made = try await Program().run(["init", fleet])
                #expect(made.status == 0, "\(made.errors)")
                let rule = "kind: Notification\nmetadata: {name: bus}\nspec: {connection: bus, events: [syncEnded]}\n"
                try Data(rule.utf8).write(to: URL(fileURLWithPath: fleet + "/platform/notifications.yaml"))
                try FileManager.default.createDirectory(
                    atPath: state + "/notifications", withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700])
                let receiver = state + "/notifications/bus.yaml"
                try Data("cloudEvents: {url: \"\(server.address)\"}\nallow: [plainHTTP]\n".utf8)
                    .write(to: URL(fileURLWithPath: receiver))
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: receiver)
                let run = ["run", "--fleet", fleet, "--state", state, "--log-level", "error"]

                await isDeaf.set(true)
                while server.requests.isEmpty { _ = try await Program().run(run, lifetime: .seconds(6)) }
                // Killed while it waited for an answer: what it was about to tell is written down.
                let outbox = try JSON.read(
                    Array(try Data(contentsOf: URL(fileURLWithPath: state + "/notifications.json"))))
                #expect(outbox["lanes"]?["bus"]?["through"] != nil)
                let before = server.requests.count
                let unheard = server.requests.map { $0.header("idempotency-key") ?? "" }

                await isDeaf.set(false)
                while server.requests.count < before + 2 { _ = try await Program().run(run, lifetime: .seconds(6)) }
                let heard = server.requests.dropFirst(before).map { $0.header("idempotency-key") ?? "" }
                #expect(Set(unheard) == [heard.first ?? "-"])
                #expect(heard.count == 2 && Set(heard).count == 2, "two units were synced: \(heard)")

                _ = try await Program().run(run, lifetime: .seconds(6))
                #expect(server.requests.count == before + 2, "all was told")
            }
        }
    }

    private actor Flag {
        private(set) var isSet = false

        func set(_ value: Bool) { isSet = value }
    }
}
