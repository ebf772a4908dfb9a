// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import Rendering
import TestSupport
import Testing

@Suite struct PlainRendererTests {
    private func file(_ name: String, _ spec: String = "path: /etc/x", extra: String = "") -> String {
        "apiVersion: host.trimtab.dev/v1alpha1\nkind: File\nmetadata:\n  name: \(name)\n\(extra)spec:\n  \(spec)\n"
    }

    private func render(
        _ files: [String: String], path: TreePath = .root, selecting selection: FileSelection = FileSelection()
    ) async throws -> RenderOutput {
        var spec = RenderSpec(path: path, application: "web")
        spec.files = selection
        return try await Renderers().render(RenderInput(spec: spec), in: MemoryTree(files: files))
    }

    private func error(_ files: [String: String]) async -> String {
        do {
            _ = try await render(files)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func `files of a folder and below, in the order of their names`() async throws {
        let output = try await render([
            "b.yaml": file("b"), "a/z.yml": file("z"), "a/notes.txt": "x: [", ".hidden/c.yaml": file("c"),
            "c.json":
                #"{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"File","metadata":{"name":"j"}}]}"#,
        ])
        #expect(output.objects.map(\.id.name) == ["z", "b", "j"])
        #expect(output.objects[1].origin == "b.yaml:1")
    }

    @Test func `globs choose files, and what they shut out is not even read`() async throws {
        let files = [
            "a.yaml": file("a"), "tests/b.yaml": "no: [yaml", "deep/er/c.yaml": file("c"), "deep/d.test.yaml": "x: [",
            "deep/e.yml": file("e"),
        ]
        func names(_ include: [Text], _ exclude: [Text]) async throws -> [Text] {
            let selection = FileSelection(
                include: include.compactMap { FilePattern($0) }, exclude: exclude.compactMap { FilePattern($0) })
            let output = try await render(files, selecting: selection)
            #expect(output.trace.listings.keys.contains { $0.description == "tests" } == !exclude.contains("tests/**"))
            return output.objects.map(\.id.name)
        }
        #expect(try await names([], ["tests/**", "*.test.yaml"]) == ["a", "e", "c"])
        #expect(try await names(["deep/**"], ["*.test.yaml"]) == ["e", "c"])
        #expect(try await names(["*.yaml"], ["tests/", "deep/*.yaml"]) == ["a", "c"])
        #expect(try await names(["deep/e.yml"], []) == ["e"])
    }

    @Test func `a file that is shut out does not touch the render`() async throws {
        var files = ["web/a.yaml": file("a"), "web/notes.md": "1"]
        let path = try #require(TreePath("web"))
        let output = try await render(files, path: path)
        files["web/notes.md"] = "2"
        #expect(await output.trace.holds(in: MemoryTree(files: files)))
    }

    @Test func `a named file is known by its content`() async throws {
        let one = try await render(["web/a.yaml": file("a", "source: site/index.html"), "web/site/index.html": "one"])
        let two = try await render(["web/a.yaml": file("a", "source: site/index.html"), "web/site/index.html": "two"])
        #expect(one.objects.first?.blobs.first?.size == 3)
        #expect(one.objects.first?.digest != two.objects.first?.digest)
        #expect(one.digest != two.digest)
    }

    @Test func `waves are read`() async throws {
        let output = try await render(["a.yaml": file("a", extra: "  annotations: {trimtab.dev/wave: '-2'}\n")])
        #expect(output.objects.first?.wave == -2)
    }

    @Test(arguments: [
        ("apiVersion: v1\nkind: X\nmetadata: {}\n", "a.yaml:3:11: metadata.name must be a string that is not empty"),
        ("- 1\n", "a.yaml:1:1: an object must be a map, not a list"),
        (
            "apiVersion: trimtab.dev/v1alpha1\nkind: Target\n",
            "a.yaml:2:7: Target is declared in the fleet repository, not rendered "
                + "(move it to the folder that fleet.yaml names)"
        ),
        (
            "apiVersion: v1\nkind: X\nmetadata: {name: \"a\\nb\"}\n",
            "a.yaml:3:18: metadata.name must not hold control characters"
        ),
    ])
    func `what is no object names its line`(text: String, message: String) async {
        #expect(await error(["a.yaml": text]) == message)
    }

    @Test func `an object that is declared twice names both places`() async {
        let message = await error(["a.yaml": file("x"), "b.yaml": "---\n" + file("x")])
        #expect(message == "b.yaml:2: File/x is declared already at a.yaml:1")
    }

    @Test(arguments: ["../secret", "/etc/shadow", "missing", ""])
    func `a file that is not in the source is refused with its line`(name: String) async {
        let message = await error(["web/a.yaml": file("a", "source: '\(name)'"), "secret": "x"])
        #expect(message.hasPrefix("web/a.yaml:6:11: "))
    }

    @Test func `a commit elsewhere leaves the trace valid, one that matters does not`() async throws {
        var files = ["web/a.yaml": file("a", "source: s"), "web/s": "1", "other/b.yaml": "x"]
        let path = try #require(TreePath("web"))
        let output = try await render(files, path: path)
        files["other/b.yaml"] = "y"
        #expect(await output.trace.holds(in: MemoryTree(files: files)))
        for change in ["web/a.yaml", "web/s", "web/new.yaml"] {
            var changed = files
            changed[change] = "changed"
            #expect(await !output.trace.holds(in: MemoryTree(files: changed)), "\(change)")
        }
    }
}
