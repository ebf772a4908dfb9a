// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import TestSupport
import Testing

@Suite struct FleetReaderTests {
    @Test func `applications become units on the targets that they select`() async throws {
        let fleet = try await Fixture.read()
        #expect(fleet.messages == [])
        #expect(fleet.unitNames == ["db@prod-1", "web@dev-1", "web@prod-1"])
        let unit = try #require(fleet.unit("web@dev-1"))
        #expect(unit.source?.text == "shop" && unit.follow == .branch("main"))
        #expect(unit.path == TreePath("web/base"))
        #expect(unit.limits.host?.paths == ["/srv/shop/**"])
        #expect(unit.project.text == "shop")
    }

    @Test func `only the folders that fleet.yaml names are read`() async throws {
        let fleet = try await Fixture.read([
            "other/x.yaml": "kind: [", "platform/README.md": "kind: [", "platform/.hidden.yaml": "kind: [",
            "projects/shop/.git/x.yaml": "kind: [",
        ])
        #expect(fleet.messages == [])
    }

    @Test func `a project's folder may not declare what belongs to the platform`() async throws {
        let fleet = try await Fixture.read([
            "projects/shop/mine.yaml": """
            kind: Target
            metadata: {name: dev-1}
            spec: {host: {machine: evil.example.org}}
            ---
            kind: Project
            metadata: {name: shop}
            spec: {sources: [shop], limits: []}
            """
        ])
        #expect(
            fleet.messages == [
                "projects/shop/mine.yaml:1:7: a project's folder may not declare Target (move it to the platform folder)",
                "projects/shop/mine.yaml:5:7: a project's folder may not declare Project (move it to the platform folder)",
            ])
        #expect(fleet.unitNames.count == 3)
    }

    @Test func `an application cannot join another project`() async throws {
        let fleet = try await Fixture.read([
            "projects/shop/web.yaml": """
            kind: Application
            metadata: {name: web}
            spec: {project: bank, source: {name: shop, branch: main}, targets: {on: host}}
            """
        ])
        #expect(fleet.unitNames == ["db@prod-1"])
        #expect(fleet.messages.first?.contains("lies in the folder of project shop and says project bank") == true)
    }

    @Test func `the platform folder may declare applications for a project`() async throws {
        let text = """
            kind: Application
            metadata: {name: base}
            spec: {PROJECT source: {name: fleet, path: base}, targets: {name: dev-1}}
            """
        let named = text.replacing("PROJECT", with: "project: shop,")
        let fleet = try await Fixture.read(["platform/base.yaml": named])
        #expect(try #require(fleet.unit("base@dev-1")).source == nil)
        let unnamed = try await Fixture.read(["platform/base.yaml": text.replacing("PROJECT", with: "")])
        #expect(unnamed.unit("base@dev-1") == nil)
        #expect(unnamed.messages.first?.contains("\"project\" is missing") == true)
    }

    @Test func `links and submodules are not followed`() async throws {
        var tree = Fixture.tree()
        tree.nodes[try #require(TreePath("projects/evil"))] = .link(target: Array("../platform".utf8))
        tree.nodes[try #require(TreePath("projects/shop/x.yaml"))] = .link(target: Array("web.yaml".utf8))
        tree.nodes[try #require(TreePath("platform/sub"))] = .submodule
        let fleet = try await FleetReader.read(tree)
        #expect(fleet.problems.count == 3)
        #expect(fleet.unitNames.count == 3)
    }

    @Test func `file names with a newline or without UTF-8 are refused`() async throws {
        var tree = Fixture.tree()
        for name in [
            Array("projects/shop/a\nb.yaml".utf8), Array("projects/shop/".utf8) + [0xFF] + Array(".yaml".utf8),
        ] {
            tree.nodes[try #require(TreePath(name))] = .file(Array("kind: Application".utf8), executable: false)
        }
        let fleet = try await FleetReader.read(tree)
        #expect(fleet.problems.count == 2)
        #expect(fleet.messages.allSatisfy { !$0.contains("\n") })
    }

    @Test(arguments: [
        ("", "there is no such file"), ("kind: [", "fleet.yaml:1"), ("kind: Fleet", "\"metadata\" is missing"),
        ("kind: Fleet\nmetadata: {name: a}\nspec: {platform: ../x}", "is not a path inside the repository"),
        ("kind: Fleet\nmetadata: {name: a}\nspec: {platform: p, projects: p/q}", "one folder inside the other"),
        ("kind: Fleet\nmetadata: {name: \"a\\nb\"}\nspec: {platform: p}", "holds a control character"),
        ("kind: Fleet\nmetadata: {name: a}\nspec: {platform: p}\n---\nkind: Fleet", "exactly one document"),
    ])
    func `without a fleet.yaml in order nothing is declared`(text: String, message: String) async throws {
        var files = ["fleet.yaml": text, "a.yaml": "kind: Target", "b.yaml": "kind: Target"]
        if text.isEmpty { files["fleet.yaml"] = nil }
        let fleet = try await FleetReader.read(MemoryTree(files: files))
        #expect(fleet.name == nil && !fleet.isComplete && fleet.units().isEmpty)
        #expect(fleet.messages.first?.contains(message) == true, "\(fleet.messages)")
    }

    @Test func `a source's keys come with it, from the platform folder only`() async throws {
        func source(_ path: String) -> String {
            "kind: Source\nmetadata: {name: keyed}\nspec: {git: \"https://h/x\", verify: {ssh: \(path)}}"
        }
        let good = try await Fixture.read([
            "platform/k.yaml": source("platform/keys/shop"), "platform/keys/shop": "KEY",
        ])
        let name = try SourceName(validating: "keyed")
        #expect(good.sources[name]?.verification?.keys == Array("KEY".utf8))
        for path in ["platform/keys/missing", "projects/shop/db.yaml"] {
            let bad = try await Fixture.read(["platform/k.yaml": source(path)])
            #expect(bad.sources[name] == nil)
            #expect(bad.problems.map(\.affects) == [[DeclarationID(.source, "keyed")]])
        }
    }

    @Test func `a digest changes with what a unit asks for, and only then`() async throws {
        let before = try await Fixture.read()
        let same = try await Fixture.read(["platform/more.yaml": "# nothing"])
        #expect(before.units() == same.units())
        let changed = try await Fixture.read([
            "projects/shop/db.yaml": Fixture.files["projects/shop/db.yaml"].map { $0 + "\n  onRemoval: delete" } ?? ""
        ])
        #expect(changed.unit("db@prod-1")?.digest != before.unit("db@prod-1")?.digest)
        #expect(changed.unit("web@prod-1") == before.unit("web@prod-1"))
    }
}
