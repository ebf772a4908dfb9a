// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import TestSupport
import Testing

/// The record, as somebody sees it who may not see all of it.
@Suite struct PastAccessTests {
    private let twin = MemoryOperations(fleet: Sample.fleetOfTwoProjects)

    private func engine(_ user: Text) async throws -> AuthorizedOperations {
        let policy = try await Sample.policy(
            """
            kind: RoleBinding
            metadata: {name: shop}
            spec: {role: viewer, to: [{user: ada}], projects: [shop]}
            ---
            kind: RoleBinding
            metadata: {name: all}
            spec: {role: viewer, to: [{user: viewer}]}
            ---
            kind: RoleBinding
            metadata: {name: admin}
            spec: {role: admin, to: [{user: admin}]}
            """)
        return AuthorizedOperations(twin, for: try #require(Principal.user(user))) { policy }
    }

    private func live() async {
        for name in ["web", "ledger"] as [Text] {
            await twin.append(
                .paused, unit: Sample.unit(name, "prod"), actor: Actor("user:eve"),
                payload: ["until": 1, "address": "192.0.2.7"])
        }
        await twin.append(
            .signedIn, actor: Actor("oidc:eve"), payload: SignedIn(by: "lab", address: "192.0.2.7").value,
            summary: "by lab, from 192.0.2.7")
    }

    @Test func `what ran is told of units that may be seen`() async throws {
        await live()
        let request = PastRequest(time: Sample.now)
        #expect(try await engine("ada").past(request).units.map(\.unit) == [Sample.unit("web", "prod")])
        #expect(try await engine("viewer").past(request).units.count == 2)
        #expect(try await engine("nobody").past(request).units.isEmpty)
    }

    @Test func `from where people act is for those who may audit`() async throws {
        await live()
        for user in ["ada", "viewer"] as [Text] {
            let events = try await engine(user).events(EventFilter()).events
            #expect(!events.isEmpty && events.allSatisfy { $0.event.address == nil })
            // Nor in the words that are made of it.
            #expect(events.allSatisfy { !$0.summary.string.contains("192.0.2.7") })
        }
        let events = try await engine("admin").events(EventFilter()).events
        #expect(events.map(\.event.address) == ["192.0.2.7", "192.0.2.7", "192.0.2.7"])
        #expect(events.last?.summary.string.contains("192.0.2.7") == true)
    }

    @Test func `an address is no part of who somebody is, and stands in what is recorded`() throws {
        let ada = try #require(Principal.user("ada")).at("192.0.2.7")
        #expect(ada.actor == Actor("oidc:ada"))
        #expect(ada.actor.address == "192.0.2.7")
        let draft = Resumed(reason: "").draft(of: Sample.unit("web", "prod"), by: ada.actor).withAddress
        #expect(draft.payload["address"] == "192.0.2.7")
        let own = Resumed(reason: "").draft(of: Sample.unit("web", "prod")).withAddress
        #expect(own.payload["address"] == nil)
        let signedIn = EventDraft(kind: .signedIn, actor: ada.actor, payload: ["address": "x"]).withAddress
        #expect(signedIn.payload["address"] == "x")
    }
}
