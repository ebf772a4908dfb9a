// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Kustomize
import Manifest
import Model
import TestSupport
import Testing

/// Trees that somebody made to read what he may not, or to take all time and memory: each is an error of that build, and
/// costs what its budget allows at the most.
@Suite struct HostileTreeTests {
    @Test(arguments: [
        "resources: [trap]", "patches: [{path: trap}]", "configMapGenerator: [{name: a, files: [trap]}]",
        "secretGenerator: [{name: a, envs: [trap]}]", "crds: [trap]", "configurations: [trap]",
        "openapi: {path: trap}", "components: [trap]", "replacements: [{path: trap}]",
    ])
    func `a link to a file of the machine leads nowhere`(kustomization: String) async {
        for target in ["/etc/passwd", "../../../../etc/passwd", "../outside", "sub/../../etc/passwd"] {
            let output = await build(kustomization, ["trap": .link(target: Array(target.utf8))])
            #expect(output.hasPrefix("kustomization.yaml:1:"), "\(target): \(output)")
            let reason = target.hasPrefix("sub") ? "ends nowhere" : "leaves the source"
            #expect(output.contains(reason), "\(target): \(output)")
            #expect(!output.contains("root:"))
        }
    }

    @Test func `links that lead to each other are an error`() async {
        let output = await build(
            "resources: [a]", ["a": .link(target: Array("b".utf8)), "b": .link(target: Array("a".utf8))])
        #expect(output.hasPrefix("kustomization.yaml:1:13: "), "\(output)")
        #expect(output.contains("loop"), "\(output)")
    }

    @Test(arguments: ["resources.yaml", "kustomization.yaml", "patch.yaml", "values.yaml"])
    func `an alias bomb is told with its line`(place: String) async {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            bomb += "a\(level): &a\(level) [\((0..<9).map { _ in "*a\(level - 1)" }.joined(separator: ", "))]\n"
        }
        var files = [
            "kustomization.yaml": "resources: [resources.yaml]\npatches: [{path: patch.yaml}]\ncrds: [values.yaml]\n",
            "resources.yaml": deployment("web"), "patch.yaml": deployment("web"), "values.yaml": "{}\n",
        ]
        files[place] = bomb
        let output = await built(files)
        #expect(output.hasPrefix("\(place):"), "\(output)")
        #expect(output.contains("more than 2000000 "), "\(output)")
    }

    @Test(arguments: [
        "resources: [big]", "patches: [{path: big}]", "configMapGenerator: [{name: a, files: [big]}]",
        "configurations: [big]",
    ])
    func `a file of 100 MB is refused before it is read`(kustomization: String) async throws {
        let file = try #require(TreePath("kustomization.yaml"))
        let tree = HugeFile(
            name: Array("big".utf8), size: 100 << 20,
            tree: MemoryTree(nodes: [
                file: .file(Array((kustomization + "\n").utf8), executable: false)
            ]))
        do throws(KustomizeError) {
            _ = try await Kustomization.build(tree, at: .root)
            Issue.record("it was built")
        } catch {
            #expect(error.position?.line == 1)
            #expect(error.reason.contains("104857600 bytes, more than the limit of"), "\(error)")
        }
    }

    @Test(arguments: ["resources: [a]\n", "components: [a]\n"])
    func `a folder that holds the kustomization which names it is an error, and so is one that names itself`(
        list: String
    ) async {
        let kind = list.hasPrefix("components") ? "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n" : ""
        let own = list.replacing("[a]", with: "[.]")
        let above = list.replacing("[a]", with: "[..]")
        for inner in [own, above] {
            let output = await built(["kustomization.yaml": list, "a/kustomization.yaml": kind + inner])
            #expect(output.hasPrefix("a/kustomization.yaml:"), "\(output)")
            #expect(output.contains("is being built already") || output.contains("holds the folder"), "\(output)")
        }
    }

    @Test(arguments: [
        "patchesStrategicMerge: [patch.yaml]", "patches: [{path: patch.yaml}]",
        "patches: [{path: patch.yaml, target: {kind: Deployment, name: other}}]",
        "patchesJson6902: [{path: json.yaml, target: {version: v1, group: apps, kind: Deployment, name: other}}]",
    ])
    func `a patch for an object that is not there is told by its name, or does nothing`(patches: String) async {
        let files = [
            "kustomization.yaml": "resources: [o.yaml]\n\(patches)\n", "o.yaml": deployment("web"),
            "patch.yaml": deployment("other", image: "x"), "json.yaml": "[{op: remove, path: /spec}]\n",
        ]
        let output = await built(files)
        // As kubectl has it: whoever names a target apart from the patch may find none.
        if patches.contains("target") {
            #expect(output == deployment("web"))
        } else {
            #expect(output.contains("other"), "\(output)")
            #expect(!output.contains("image"), "\(output)")
        }
    }

    @Test func `text that is nested without end is an error`() async {
        let deep = String(repeating: "[", count: 5000)
        for (file, content) in [("o.yaml", "a: \(deep)"), ("o.yaml", "{\"a\":\(deep)"), ("kustomization.yaml", deep)] {
            var files = ["kustomization.yaml": "resources: [o.yaml]\n"]
            files[file] = content
            let output = await built(files)
            #expect(output.hasPrefix("\(file):1:"), "\(output)")
            #expect(output.utf8.count < 500)
        }
    }

    private func build(_ kustomization: String, _ nodes: [String: MemoryTree.Node]) async -> String {
        var tree = MemoryTree(files: ["kustomization.yaml": kustomization + "\n"])
        for (path, node) in nodes { if let path = TreePath(Text(path)) { tree.nodes[path] = node } }
        do throws(KustomizeError) {
            let objects = try await Kustomization.build(tree, at: .root)
            return String(decoding: GoYAML.write(objects.map(\.manifest)), as: UTF8.self)
        } catch {
            return "\(error)"
        }
    }
}

/// A tree with one file that is larger than anybody wants to hold, and that nobody can read.
private struct HugeFile: TreeReader {
    let name: [UInt8]
    let size: Int64
    let tree: MemoryTree

    private func isHuge(_ path: TreePath) -> Bool { path.name == name }
    private var entry: TreeEntry {
        TreeEntry(name: name, kind: .file(executable: false), id: .sha256(Digest(of: name)))
    }

    func entry(at path: TreePath) async throws(TreeError) -> TreeEntry? {
        isHuge(path) ? entry : try await tree.entry(at: path)
    }

    func children(of path: TreePath) async throws(TreeError) -> [TreeEntry] { try await tree.children(of: path) }

    func read(_ path: TreePath, limit: Int) async throws(TreeError) -> [UInt8] {
        guard isHuge(path) else { return try await tree.read(path, limit: limit) }
        guard size > limit else { throw .unavailable(reason: "somebody reads it") }
        throw .tooLarge(path, bytes: size, limit: Int64(limit))
    }

    func blob(at path: TreePath) async throws(TreeError) -> BlobReference { try await tree.blob(at: path) }
}
