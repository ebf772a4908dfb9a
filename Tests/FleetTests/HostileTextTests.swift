// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// Files that were written to break whoever reads them.
@Suite struct HostileTextTests {
    private static func bomb(levels: Int) -> String {
        var lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        for level in 1...levels {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            lines.append("a\(level): &a\(level) [\(aliases)]")
        }
        return lines.joined(separator: "\n")
    }

    @Test func `an alias bomb is refused at its line, and the rest of the fleet is read`() async throws {
        let fleet = try await Fixture.read(["projects/shop/bomb.yaml": Self.bomb(levels: 40)])
        #expect(fleet.unitNames.count == 3)
        let problem = try #require(fleet.problems.first)
        #expect(fleet.problems.count == 1)
        #expect(problem.error.file == "projects/shop/bomb.yaml" && problem.error.position != nil)
        #expect(problem.error.reason.contains("more than") || problem.error.reason.contains("limit"))
    }

    @Test func `depth, documents and size have limits`() async throws {
        let budget = FleetBudget(file: Budget(bytes: 20_000, depth: 64, nodes: 2000, documents: 100))
        let hostile = [
            "deep": String(repeating: "[", count: 10_000), "flow": "a: " + String(repeating: "{a: ", count: 4000),
            "many": String(repeating: "---\na: 1\n", count: 1000), "long": String(repeating: "x", count: 30_000),
            "wide": "a: [" + String(repeating: "1, ", count: 5000) + "]",
        ]
        for (name, text) in hostile {
            let fleet = try await FleetReader.read(Fixture.tree(["projects/shop/\(name).yaml": text]), budget: budget)
            #expect(fleet.unitNames.count == 3, "\(name)")
            #expect(!fleet.problems.isEmpty && fleet.problems.count <= 101, "\(name): \(fleet.problems.count)")
            #expect(!fleet.isComplete, "\(name)")
        }
    }

    @Test func `bytes that are no UTF-8 are refused with their place`() async throws {
        var tree = Fixture.tree()
        let path = try #require(TreePath("projects/shop/latin.yaml"))
        tree.nodes[path] = .file(
            Array("kind: Application\nmetadata: {name: caf".utf8) + [0xE9] + Array("}\n".utf8), executable: false)
        let fleet = try await FleetReader.read(tree)
        #expect(fleet.problems.count == 1)
        #expect(fleet.problems.first?.error.position?.line == 2)
        #expect(fleet.unitNames.count == 3)
    }

    @Test(arguments: [
        "web\\nroot", "web\\r", "we\\tb", "web\\0", "\\e[31mweb", "web\\u202Ebew", "web\\u200B", "w\u{435}b", "WEB",
        "caf\u{E9}", "cafe\u{301}", "web ", "..", "web/../db", "",
    ])
    func `a name that could be taken for another is refused and printed safely`(name: String) async throws {
        let fleet = try await Fixture.read([
            "projects/shop/x.yaml":
                "kind: Application\nmetadata: {name: \"\(name)\"}\nspec: {source: {}, targets: {env: dev}}"
        ])
        #expect(fleet.problems.count == 1, "\(fleet.messages)")
        #expect(fleet.unitNames.count == 3)
        let message = fleet.messages.joined()
        #expect(message.unicodeScalars.allSatisfy { $0.value >= 0x20 && ![0x202E, 0x200B].contains($0.value) })
    }

    @Test func `texts that Swift calls equal are two`() async throws {
        let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
        #expect(composed == decomposed)
        // A path is allowed by its bytes.
        let limits = HostLimits(paths: [Text("/srv/\(composed)/**")], commands: [Text(composed)])
        #expect(limits.allows(.path(Array("/srv/\(composed)/x".utf8))))
        #expect(!limits.allows(.path(Array("/srv/\(decomposed)/x".utf8))))
        #expect(!limits.allows(.command(Text(decomposed))))
        // Two keys of one map, so not a duplicate; neither is known.
        let keys = "kind: Target\nmetadata: {name: new}\nspec: {\(composed): a, \(decomposed): b}"
        let fleet = try await Fixture.read(["platform/x.yaml": keys])
        #expect(fleet.messages.filter { $0.contains("unknown field") }.count == 2)
        // Two files, each read for itself.
        var tree = Fixture.tree()
        for name in [composed, decomposed] {
            let path = try #require(TreePath("projects/shop/\(name).yaml".utf8))
            tree.nodes[path] = .file(Array("kind: [".utf8), executable: false)
        }
        let both = try await FleetReader.read(tree)
        #expect(Set(both.problems.map(\.error.file)).count == 2)
    }

    @Test func `a credential that was written into a URL is not repeated`() async throws {
        let url = "https://alice:hunter2@git.example.org/x.git"
        let fleet = try await Fixture.read([
            "platform/x.yaml": "kind: Source\nmetadata: {name: new}\nspec: {git: \"\(url)\"}"
        ])
        #expect(fleet.problems.count == 1)
        #expect(!fleet.messages.joined().contains("hunter2"))
    }

    @Test func `a template's braces are an error, not a crash`() async throws {
        for text in ["{{ .Values.x }}", "a: {{ .Values.x }}", "{{- range .x }}\nkind: Target\n{{- end }}"] {
            let fleet = try await Fixture.read(["projects/shop/x.yaml": text])
            #expect(fleet.problems.count >= 1)
            #expect(fleet.unitNames.count == 3)
        }
    }
}
