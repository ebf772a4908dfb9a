// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import Testing

@Suite struct FateTests {
    private func fate(_ unit: String, _ changes: [String: String]) async throws -> String {
        let fleet = try await Fixture.read(changes)
        switch fleet.fate(of: try Fixture.unit(unit), project: try ProjectName(validating: "shop")) {
        case .declared: return "declared"
        case .removed: return "removed"
        case .disabled(let reason): return reason.string
        }
    }

    @Test func `an application that somebody took out is removed`() async throws {
        #expect(try await fate("db@prod-1", ["projects/shop/db.yaml": ""]) == "removed")
        #expect(try await fate("web@prod-1", ["projects/shop/db.yaml": ""]) == "declared")
    }

    @Test func `a broken file disables what it seems to declare and nothing else`() async throws {
        let broken = ["projects/shop/db.yaml": "kind: Application\nmetadata:\n  name: db\nspec: [\n"]
        let fleet = try await Fixture.read(broken)
        #expect(fleet.unitNames == ["web@dev-1", "web@prod-1"])
        #expect(fleet.problems.map(\.affects) == [[DeclarationID(.application, "db")]])
        #expect(try await fate("db@prod-1", broken).hasPrefix("projects/shop/db.yaml:"))
    }

    @Test func `a wrong field disables only its own declaration`() async throws {
        let text = "kind: Application\nmetadata: {name: db}\nspec: {sourc: x}\n---\n"
        let changes = [
            "projects/shop/db.yaml": text + (Fixture.files["projects/shop/web.yaml"] ?? ""),
            "projects/shop/web.yaml": "",
        ]
        let fleet = try await Fixture.read(changes)
        #expect(fleet.unitNames == ["web@dev-1", "web@prod-1"])
        #expect(
            fleet.messages.first
                == "projects/shop/db.yaml:3:8: spec: unknown field \"sourc\" (did you mean \"source\"?)")
        #expect(try await fate("db@prod-1", changes).contains("unknown field"))
    }

    @Test func `nothing of a project is removed while one of its files cannot be read`() async throws {
        let changes = ["projects/shop/db.yaml": "\u{1}:::", "projects/shop/web.yaml": ""]
        #expect(try await fate("db@prod-1", changes).contains("cannot be read"))
        #expect(try await fate("web@prod-1", changes).contains("cannot be read"))
    }

    @Test func `a broken target keeps its units`() async throws {
        let changes = [
            "platform/targets.yaml": (Fixture.files["platform/targets.yaml"] ?? "")
                .replacing("machine: prod-1.example.org", with: "machin: prod-1.example.org")
        ]
        #expect(try await fate("db@prod-1", changes).contains("machin"))
        #expect(try await fate("web@prod-1", changes).contains("machin"))
        #expect(try await fate("web@dev-1", changes) == "declared")
    }

    @Test func `a broken project keeps its units`() async throws {
        let text = (Fixture.files["platform/shop.yaml"] ?? "").replacing("limits:", with: "limit:")
        #expect(try await fate("db@prod-1", ["platform/shop.yaml": text]).contains("no project \"shop\""))
    }

    @Test func `an empty fleet removes nothing`() async throws {
        let nothing = Fixture.files.mapValues { _ in "" }.merging(
            ["fleet.yaml": "kind: Fleet\nmetadata: {name: acme}\nspec: {platform: platform}", "platform/README": "x"]
        ) { $1 }
        #expect(try await Fixture.read(nothing).isEmpty)
        #expect(try await fate("db@prod-1", nothing) == "the fleet is suddenly empty")
    }

    @Test func `a folder that is gone removes nothing`() async throws {
        let changes = ["projects/shop/db.yaml": "", "projects/shop/web.yaml": ""]
        #expect(try await fate("db@prod-1", changes).contains("cannot be read"))
        #expect(try await Fixture.read(changes).messages.first?.hasPrefix("projects: no such file or folder") == true)
        #expect(try await fate("db@prod-1", ["fleet.yaml": ""]).contains("fleet.yaml is missing"))
    }

    @Test func `a selection that fits no target removes nothing`() async throws {
        let text = (Fixture.files["projects/shop/db.yaml"] ?? "").replacing("env: prod", with: "env: prd")
        #expect(try await fate("db@prod-1", ["projects/shop/db.yaml": text]).contains("selects no target"))
    }

    @Test func `a selection that no longer fits one target removes it there`() async throws {
        let text = (Fixture.files["projects/shop/web.yaml"] ?? "").replacing("{on: host}", with: "{env: dev}")
        #expect(try await fate("web@prod-1", ["projects/shop/web.yaml": text]) == "removed")
    }
}
