// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Testing

@testable import Fleet

/// What is held of each unit of an application, and what of all of them.
@Suite struct UnitSpecTests {
    private static let targets = ["a", "b", "c", "d"].map { name in
        """
        kind: Target
        metadata: {name: \(name), labels: {env: \(name < "c" ? "dev" : "prod"), on: host}}
        spec: {host: {machine: \(name).example.org}}
        """
    }

    private func units(of application: String) async throws -> [UnitSpec] {
        let fleet = try await Fixture.read([
            "platform/targets.yaml": Self.targets.joined(separator: "\n---\n"), "projects/shop/web.yaml": application,
            "projects/shop/db.yaml": "",
        ])
        #expect(fleet.messages == [])
        return fleet.units()
    }

    @Test func `units of an application hold once what they have in common`() async throws {
        let units = try await units(
            of: """
                kind: Application
                metadata: {name: web}
                spec: {source: {name: shop, branch: main, path: web}, targets: {on: host}}
                """)
        #expect(units.count == 4 && units.allSatisfy { $0.shares(with: units[0]) })
        #expect(Set(units.map(\.digest)).count == 4, "and are told apart")
        #expect(units.map(\.place) == ["a", "b", "c", "d"].map { .machine("\($0).example.org") })
    }

    @Test func `those that an override speaks of share among themselves`() async throws {
        let units = try await units(
            of: """
                kind: Application
                metadata: {name: web}
                spec:
                  source: {name: shop, branch: main, path: web}
                  targets: {on: host}
                  overrides: [{on: {env: prod}, path: live}]
                """)
        #expect(units.map(\.path.description) == ["web", "web", "live", "live"])
        #expect(units[0].shares(with: units[1]) && units[2].shares(with: units[3]))
        #expect(!units[0].shares(with: units[2]))
    }

    /// There are fifty thousand of each.
    @Test func `what each unit has for itself stays small`() {
        #expect(UnitSpec.bytesOfOwn <= 81)
        #expect(MemoryLayout<Application>.size == 8, "which three tables hold")
    }
}
