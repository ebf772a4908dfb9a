// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// Who may declare a notification, and what of.
@Suite struct NotificationTests {
    private func rule(_ spec: String, name: String = "chat") -> String {
        "kind: Notification\nmetadata: {name: \(name)}\nspec: \(spec)\n"
    }

    @Test func `the platform tells of everything, a project of its own`() async throws {
        let fleet = try await Fixture.read([
            "platform/n.yaml": rule("{connection: chat, severity: error, on: {env: prod}}"),
            "projects/shop/n.yaml": rule("{connection: shop, events: [drifted]}", name: "own"),
        ])
        #expect(fleet.messages == [])
        let all = fleet.notifications.values.sorted { $0.name < $1.name }
        #expect(all.map(\.owner) == [nil, ProjectName("shop")])
        #expect(all.first?.severity == .error && all.last?.events == [.drifted])
    }

    @Test func `a project neither takes the platform's name nor names others`() async throws {
        let fleet = try await Fixture.read([
            "platform/n.yaml": rule("{connection: chat}"),
            "projects/shop/n.yaml": rule("{connection: shop}"),
            "projects/shop/o.yaml": rule("{connection: shop, projects: [other]}", name: "own"),
        ])
        #expect(fleet.notifications.values.map(\.connection) == ["chat"])
        #expect(fleet.messages.count == 2)
        #expect(fleet.messages.contains { $0.contains("Notification/chat is the platform's") }, "\(fleet.messages)")
        #expect(fleet.messages.contains { $0.contains("names others") }, "\(fleet.messages)")
    }

    @Test func `a slip of the pen is told with its place`() async throws {
        for (spec, reason) in [
            ("{connection: chat, events: [drifed]}", "\"drifed\" is not one of"),
            ("{connection: chat, severity: fatal}", "\"fatal\" is not one of"),
            ("{connection: ../chat}", "connection"), ("{events: [drifted]}", "\"connection\" is missing"),
            ("{connection: chat, projects: [shup]}", "there is no project \"shup\""),
        ] {
            let fleet = try await Fixture.read(["platform/n.yaml": rule(spec)])
            #expect(
                fleet.messages.contains { $0.hasPrefix("platform/n.yaml:") && $0.contains(reason) }, "\(fleet.messages)"
            )
            // Nobody else is touched by it.
            #expect(fleet.unitNames == ["db@prod-1", "web@dev-1", "web@prod-1"])
        }
    }

    @Test func `who is told is part of what the fleet says`() async throws {
        func digest(_ spec: String?) async throws -> Digest {
            try await Fixture.read(spec.map { ["platform/n.yaml": rule($0)] } ?? [:]).digest()
        }
        let first = try await digest("{connection: chat}")
        #expect(try await digest("{connection: chat}") == first)
        #expect(try await digest("{connection: other}") != first)
        #expect(try await digest(nil) != first)
    }
}
