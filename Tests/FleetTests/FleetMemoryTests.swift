// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// A fleet that was read before is read by what has changed, and says the same as one that is read anew.
@Suite struct FleetMemoryTests {
    @Test func `a file that has another content is the only one that is read again`() async throws {
        var memory = FleetMemory()
        _ = try await FleetReader.read(Fixture.tree(), remembering: &memory)
        #expect(memory.filesRead == 4)
        let changed = Fixture.tree(["projects/shop/db.yaml": application("db", path: "elsewhere")])
        let path = try #require(TreePath("projects/shop/db.yaml"))
        let read = try await FleetReader.reread([path], of: changed, remembering: &memory)
        #expect(memory.filesRead == 5)
        #expect(read?.unit("db@prod-1")?.path == TreePath("elsewhere"))
        #expect(try await read == FleetReader.read(changed))
    }

    @Test func `a file that is new, or lies elsewhere, is all that a second reading reads`() async throws {
        var memory = FleetMemory()
        _ = try await FleetReader.read(Fixture.tree(), remembering: &memory)
        let more = Fixture.tree([
            "projects/shop/new.yaml": application("new", path: "new"), "projects/shop/db.yaml": "",
            "projects/shop/moved/db.yaml": Fixture.files["projects/shop/db.yaml"] ?? "",
        ])
        #expect(try await FleetReader.read(more, remembering: &memory) == FleetReader.read(more))
        #expect(memory.filesRead == 6)
    }

    @Test func `paths that no file of the fleet stands at are not guessed at`() async throws {
        var memory = FleetMemory()
        let path = try #require(TreePath("projects/shop/other.yaml"))
        #expect(try await FleetReader.reread([path], of: Fixture.tree(), remembering: &memory) == nil)
        _ = try await FleetReader.read(Fixture.tree(), remembering: &memory)
        #expect(try await FleetReader.reread([path], of: Fixture.tree(), remembering: &memory) == nil)
        // Not even when one stands there now.
        let more = Fixture.tree(["projects/shop/other.yaml": application("other", path: "other")])
        #expect(try await FleetReader.reread([path], of: more, remembering: &memory) == nil)
        // Nor when one that did is gone.
        let gone = try #require(TreePath("projects/shop/db.yaml"))
        let less = Fixture.tree(["projects/shop/db.yaml": ""])
        #expect(try await FleetReader.reread([gone], of: less, remembering: &memory) == nil)
        #expect(memory.filesRead == 4)
    }

    @Test func `what is wrong keeps its file, line and column`() async throws {
        let broken = """
            kind: Application
            metadata: {name: db}
            spec:
              source: {name: nowhere, tag: v1, path: db}
              targets: {env: prod}
            """
        let tree = Fixture.tree(["projects/shop/db.yaml": broken, "projects/shop/worse.yaml": "kind: [\n"])
        var memory = FleetMemory()
        let first = try await FleetReader.read(tree, remembering: &memory)
        #expect(first.problems.first?.error.position?.line == 4)
        #expect(first.problems.count == 2)
        // From memory alone.
        #expect(try await FleetReader.read(tree, remembering: &memory) == first)
        #expect(memory.filesRead == 5)
    }

    @Test(arguments: 0..<30)
    func `whatever commits change, memory and a whole reading agree`(seed: UInt64) async throws {
        var random = SplitMix(seed: seed)
        var files: [String: String] = [:]
        var memory = FleetMemory()
        for _ in 0..<12 {
            var touched: Set<TreePath> = []
            for _ in 0...Int.random(in: 0..<2, using: &random) {
                let (path, content) = change(&random)
                files[path] = content
                if let path = TreePath(Text(path)) { touched.insert(path) }
            }
            let tree = Fixture.tree(files)
            let whole = try await FleetReader.read(tree)
            let again = try await FleetReader.reread(touched, of: tree, remembering: &memory)
            if let again { #expect(again == whole) }
            #expect(try await FleetReader.read(tree, remembering: &memory) == whole)
        }
    }

    private func change(_ random: inout SplitMix) -> (path: String, content: String) {
        let name = ["web", "db", "a", "b"].randomElement(using: &random) ?? "a"
        let contents = [
            "", "kind: [\n", application(name, path: "x"), application(name, path: "y", dependsOn: "web"),
            application("db", path: "z"), application(name, path: "x", targets: "{env: nowhere}"),
        ]
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return ("platform/shop.yaml", platform(paths: "/srv/**"))
        case 1: return ("platform/shop.yaml", platform(paths: "/opt/**"))
        case 2: return ("platform/targets.yaml", Fixture.files["platform/targets.yaml"] ?? "")
        case 3: return ("platform/targets.yaml", "kind: Target\nmetadata: {name: dev-1}\nspec: {host: {machine: x}}\n")
        default: return ("projects/shop/\(name).yaml", contents.randomElement(using: &random) ?? "")
        }
    }

    private func platform(paths: String) -> String {
        (Fixture.files["platform/shop.yaml"] ?? "").replacing("/srv/shop/**", with: paths)
    }

    private func application(
        _ name: String, path: String, targets: String = "{env: prod}", dependsOn: String? = nil
    ) -> String {
        """
        kind: Application
        metadata: {name: \(name)}
        spec:
          source: {name: shop, branch: main, path: \(path)}
          targets: \(targets)
          dependsOn: [\(dependsOn.map { "{application: \($0)}" } ?? "")]

        """
    }
}
