// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Fleet
import Manifest
import Model
import TestSupport
import Testing

@testable import Assembly

/// Which targets of a fleet a process looks after, and what it says when there are none.
@Suite struct ServedTargetsTests {
    private func fleet(_ targets: String) async throws -> FleetSnapshot {
        try await FleetReader.read(
            MemoryTree(files: [
                "fleet.yaml": "kind: Fleet\nmetadata: {name: acme}\nspec: {platform: platform/, projects: projects/}\n",
                "platform/targets.yaml": targets, "projects/README.md": "",
            ]))
    }

    private let machines = """
        {kind: Target, metadata: {name: web}, spec: {host: {machine: web1.example.org}}}
        ---
        {kind: Target, metadata: {name: db}, spec: {host: {machine: db1.example.org}}}
        """

    @Test func `a fleet without a target for this machine is told of, with those that it has`() async throws {
        let fleet = try await fleet(machines)
        #expect(fleet.targets.count == 2)
        let idle = ServedTargets(named: [], below: "/srv", hostName: "laptop").idleness(in: fleet)
        #expect(
            idle?.reason
                == "no target of the fleet is this machine, laptop, or a cluster with a connection here, so nothing is served"
        )
        #expect(idle?.advice?.string.hasPrefix("it has db (machine db1.example.org), web (machine web1") == true)
        let named = ServedTargets(named: [name("nosuch")], below: "/srv", hostName: "web1.example.org")
        #expect(named.idleness(in: fleet)?.reason == "the fleet has no target nosuch, so nothing is served here")
    }

    @Test func `a cluster without a connection is told of as that`() async throws {
        let fleet = try await fleet("{kind: Target, metadata: {name: shop}, spec: {kubernetes: {connection: prod}}}")
        #expect(fleet.targets.count == 1)
        let idle = ServedTargets(named: [], below: "/srv", hostName: "laptop").idleness(in: fleet)
        #expect(
            idle?.advice?.string.hasPrefix("it has shop (cluster prod, to which there is no connection)") == true)
    }

    @Test func `where something is served nothing is told`() async throws {
        let fleet = try await fleet(machines)
        #expect(ServedTargets(named: [], below: "/srv", hostName: "web1.example.org").idleness(in: fleet) == nil)
        #expect(ServedTargets(named: [name("db")], below: "/srv", hostName: "laptop").idleness(in: fleet) == nil)
        #expect(ServedTargets(named: [], below: "/srv", hostName: "laptop").idleness(in: FleetSnapshot()) == nil)
    }
}
