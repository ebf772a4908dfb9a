// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// What every ``TreeReader`` must do, whatever holds the tree. Returns what it did wrong; empty is good.
package enum TreeReaderConformance {
    /// The tree that the reader under test must hold.
    package static var tree: MemoryTree {
        var tree = MemoryTree(files: [
            "README": "read me\n",
            "web/base/site.yaml": "kind: File\n",
            "web/base/empty": "",
            "web/overlays/prod/site.yaml": "kind: Overlay\n",
            "web.yaml": "beside the folder\n",
            "web-old": "between the two in Git's order\n",
            "pointer": "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n",
        ])
        for (path, target) in [
            ("to-readme", "README"), ("to-web", "web"), ("to-dot", "./web/./base/"),
            ("web/overlays/prod/up", "../../base"), ("out", "../README"), ("web/base/far-out", "../../../README"),
            ("absolute", "/etc/passwd"), ("nowhere", "missing/file"), ("loop-a", "loop-b"), ("loop-b", "loop-a"),
            ("through-file", "README/x"),
        ] {
            add(.link(target: Array(target.utf8)), at: path, to: &tree)
        }
        add(.file(Array("#!/bin/sh\n".utf8), executable: true), at: "web/run", to: &tree)
        add(.file([0, 0xFF, 0x0A], executable: false), at: "binary", to: &tree)
        if let odd = TreePath(oddName) { tree.nodes[odd] = .file([1], executable: false) }
        return tree
    }

    /// A name that is no UTF-8 and holds a line feed.
    package static let oddName: [UInt8] = [0x61, 0x0A, 0xFF, 0x62]

    package static func violations(of reader: some TreeReader & BlobReader) async -> [String] {
        var suite = Suite(reader: reader)
        await suite.checkEntries()
        await suite.checkFolders()
        await suite.checkFiles()
        await suite.checkLinks()
        await suite.checkIdentities()
        return suite.violations
    }

    private static func add(_ node: MemoryTree.Node, at path: String, to tree: inout MemoryTree) {
        if let path = TreePath(Array(path.utf8)) { tree.nodes[path] = node }
    }
}

private struct Suite<Reader: TreeReader & BlobReader> {
    let reader: Reader
    var violations: [String] = []

    mutating func checkEntries() async {
        await expect("README", isKind: .file(executable: false))
        await expect("web/run", isKind: .file(executable: true))
        await expect("web", isKind: .folder)
        await expect("to-web", isKind: .link)
        await expect("to-web/run", isKind: .file(executable: true))
        await expect("", isKind: .folder)
        await expect("missing", isKind: nil)
        await expect("README/below", isKind: nil)
        await expect("web/missing/deep", isKind: nil)
    }

    mutating func checkFolders() async {
        await expectChildren("web", ["base", "overlays", "run"])
        await expectChildren("to-web", ["base", "overlays", "run"])
        await expectChildren("web/overlays/prod/up", ["empty", "far-out", "site.yaml"])
        await expectError("missing", .notFound(path("missing"))) { try await $0.children(of: $1) }
        await expectError("README", .notAFolder(path("README"))) { try await $0.children(of: $1) }
        do throws(TreeError) {
            let names = try await reader.children(of: .root).map(\.name)
            if names != names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                violations.append("the children of the root are not ordered by bytes")
            }
            if !names.contains(TreeReaderConformance.oddName) {
                violations.append("a name that is no UTF-8 is missing from the root")
            }
        } catch {
            violations.append("the root has no children: \(error)")
        }
    }

    mutating func checkFiles() async {
        await expectContent("README", "read me\n")
        await expectContent("web/base/empty", "")
        await expectContent("web.yaml", "beside the folder\n")
        await expectError("missing", .notFound(path("missing"))) { try await $0.read($1, limit: 100) }
        await expectError("web", .notAFile(path("web"))) { try await $0.read($1, limit: 100) }
        await expectError("README", .tooLarge(path("README"), bytes: 8, limit: 7)) { try await $0.read($1, limit: 7) }
        await expectError("pointer", .largeFilePointer(path("pointer"))) { try await $0.read($1, limit: 1000) }
        await expectError("pointer", .largeFilePointer(path("pointer"))) { try await $0.blob(at: $1) }
        await expectError("web", .notAFile(path("web"))) { try await $0.blob(at: $1) }
        do {
            let blob = try await reader.blob(at: path("binary"))
            if blob.size != 3 { violations.append("binary: \(blob.size) bytes instead of 3") }
            var streamed: [UInt8] = []
            try await reader.stream(blob) { streamed.append(contentsOf: $0) }
            if streamed != [0, 0xFF, 0x0A] { violations.append("binary: streamed \(streamed)") }
            if !(try await reader.blob(at: path("web/run")).executable) { violations.append("web/run: not executable") }
        } catch {
            violations.append("binary: \(error)")
        }
    }

    mutating func checkLinks() async {
        await expectContent("to-readme", "read me\n")
        await expectContent("to-web/base/site.yaml", "kind: File\n")
        await expectContent("to-dot/site.yaml", "kind: File\n")
        await expectContent("web/overlays/prod/up/site.yaml", "kind: File\n")
        for name in ["out", "web/base/far-out", "absolute"] { await expectBadLink(name, reason: "leaves the source") }
        await expectBadLink("nowhere", reason: "ends nowhere")
        await expectBadLink("through-file", reason: "ends nowhere")
        await expectBadLink("loop-a", reason: "is part of a loop")
        await expectBadLink("loop-a/below", reason: "is part of a loop", link: "loop-a")
    }

    mutating func checkIdentities() async {
        do throws(TreeError) {
            let direct = try await reader.blob(at: path("web/base/site.yaml")).id
            let linked = try await reader.blob(at: path("to-web/base/site.yaml")).id
            let other = try await reader.blob(at: path("web/overlays/prod/site.yaml")).id
            let listed = try await reader.children(of: path("web/base")).last?.id
            let entry = try await reader.entry(at: path("web/base/site.yaml"))?.id
            if direct != linked { violations.append("one file has two identities") }
            if direct == other { violations.append("two contents have one identity") }
            if listed != direct || entry != direct { violations.append("a file is identified differently in lists") }
        } catch {
            violations.append("identities: \(error)")
        }
    }

    private func path(_ text: String) -> TreePath { TreePath(Array(text.utf8)) ?? .root }

    private mutating func expect(_ name: String, isKind kind: TreeEntry.Kind?) async {
        do throws(TreeError) {
            let entry = try await reader.entry(at: path(name))
            if entry?.kind != kind { violations.append("\(name): \(entry?.kind, default: "nothing")") }
        } catch {
            violations.append("\(name): \(error)")
        }
    }

    private mutating func expectChildren(_ name: String, _ expected: [String]) async {
        do throws(TreeError) {
            let names = try await reader.children(of: path(name)).map { printable($0.name) }
            if names != expected { violations.append("\(name): holds \(names)") }
        } catch {
            violations.append("\(name): \(error)")
        }
    }

    private mutating func expectContent(_ name: String, _ expected: String) async {
        do {
            let bytes = try await reader.read(path(name), limit: 1000)
            if !bytes.elementsEqual(expected.utf8) { violations.append("\(name): read \(printable(bytes))") }
            let blob = try await reader.blob(at: path(name))
            var streamed: [UInt8] = []
            try await reader.stream(blob) { streamed.append(contentsOf: $0) }
            if streamed != bytes { violations.append("\(name): streamed \(printable(streamed))") }
        } catch {
            violations.append("\(name): \(error)")
        }
    }

    private mutating func expectError<Result>(
        _ name: String, _ expected: TreeError, _ body: (Reader, TreePath) async throws -> Result
    ) async {
        do {
            let result = try await body(reader, path(name))
            violations.append("\(name): \(result) instead of the error \(expected)")
        } catch {
            if error as? TreeError != expected {
                violations.append("\(name): the error \(error) instead of \(expected)")
            }
        }
    }

    private mutating func expectBadLink(_ name: String, reason: String, link: String? = nil) async {
        let expected = TreeError.badLink(path(link ?? name), reason: reason)
        await expectError(name, expected) { try await $0.read($1, limit: 1000) }
        await expectError(name, expected) { try await $0.blob(at: $1) }
        await expectError(name, expected) { try await $0.children(of: $1) }
    }
}
