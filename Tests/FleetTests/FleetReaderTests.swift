// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import TestSupport
import Testing

@Suite struct FleetReaderTests {
    static let files: [String: String] = [
        "fleet.yaml": "kind: Fleet\nmetadata: {name: acme}\nspec: {platform: platform/, projects: projects/}\n",
        "platform/targets.yaml": """
        kind: Target
        metadata: {name: dev, labels: {env: dev}}
        spec: {host: {root: ./dev}}
        ---
        kind: Target
        metadata: {name: prod, labels: {env: prod}}
        spec: {host: {machine: edge-1.example.org}}
        """,
        "platform/project.yaml": """
        kind: Project
        metadata: {name: shop}
        spec:
          sources: [fleet]
          limits:
            - on: {env: [dev, prod]}
              host: {paths: ["/srv/**"], kinds: [File]}
        """,
        "projects/shop/web.yaml": """
        kind: Application
        metadata: {name: web}
        spec:
          source: {path: web/base}
          targets: {env: [dev, prod]}
          overrides:
            - {on: {env: prod}, path: web/prod}
        """,
    ]

    private func read(_ changes: [String: String?] = [:]) async throws -> FleetSnapshot {
        var files = Self.files
        for (path, content) in changes { files[path] = content }
        return try await FleetReader.read(MemoryTree(files: files))
    }

    @Test func `units come from applications and the targets that they select, later overrides win`() async throws {
        let fleet = try await read()
        #expect(fleet.problems.isEmpty && fleet.isComplete)
        let units = fleet.units()
        #expect(units.map(\.unit.description) == ["acme/web@dev", "acme/web@prod"])
        #expect(units.map { "\($0.path)" } == ["web/base", "web/prod"])
        #expect(units.first?.limits.paths == ["/srv/**"])
    }

    @Test func `a broken file names its line and disables only what it declares`() async throws {
        let broken = "kind: Application\nmetadata: {name: db}\nspec:\n  sorce: {path: db}\n  targets: {env: dev}\n"
        let fleet = try await read(["projects/shop/db.yaml": broken])
        #expect(fleet.units().count == 2)
        #expect(fleet.isComplete)
        #expect(fleet.disabled == [DeclarationID(.application, "db")])
        let problem = try #require(fleet.problems.first { $0.error.position?.line == 4 })
        #expect("\(problem.error)".contains("sorce"))
        #expect(problem.error.advice?.contains("source") == true)
    }

    @Test func `a file that cannot be read at all may declare anything, so nothing is removed`() async throws {
        let fleet = try await read(["projects/shop/web.yaml": "kind: [\n"])
        #expect(!fleet.isComplete)
        #expect(fleet.applications.isEmpty)
    }

    @Test func `a project's folder declares no targets`() async throws {
        let fleet = try await read([
            "projects/shop/t.yaml": "kind: Target\nmetadata: {name: mine}\nspec: {host: {root: ./x}}\n"
        ])
        #expect(fleet.targets.count == 2)
        #expect(fleet.problems.count == 1)
    }

    @Test func `a circle of dependencies is named`() async throws {
        func app(_ name: String, after other: String) -> String {
            """
            kind: Application
            metadata: {name: \(name)}
            spec: {source: {path: x}, targets: {env: dev}, dependsOn: [{application: \(other)}]}
            """
        }
        let fleet = try await read([
            "projects/shop/a.yaml": app("a", after: "b"), "projects/shop/b.yaml": app("b", after: "a"),
        ])
        #expect(fleet.problems.contains { $0.error.reason.contains("a → b → a") })
        #expect(fleet.units().count == 2)
    }

    @Test func `a name that is declared twice is used neither way`() async throws {
        let fleet = try await read(["projects/shop/again.yaml": Self.files["projects/shop/web.yaml"]])
        #expect(fleet.units().isEmpty)
        #expect(fleet.disabled == [DeclarationID(.application, "web")])
    }

    @Test func `the short form needs no project`() async throws {
        let file = """
            kind: Target
            metadata: {name: here}
            spec: {host: {root: ./sandbox}}
            ---
            kind: Application
            metadata: {name: site}
            spec: {source: {path: site}}
            """
        let fleet = try await FleetReader.read(MemoryTree(files: ["first.yaml": file]))
        #expect(fleet.units().map(\.unit.description) == ["fleet/site@here"])
        #expect(fleet.notices.count == 1)
    }

    @Test func `an empty fleet is told from a broken one`() async throws {
        let fleet = try await FleetReader.read(
            MemoryTree(files: ["fleet.yaml": Self.files["fleet.yaml"] ?? "", "platform/x.txt": ""]))
        #expect(fleet.isEmpty && fleet.problems.isEmpty)
    }
}
