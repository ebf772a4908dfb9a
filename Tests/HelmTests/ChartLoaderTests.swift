// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import TestSupport
import Testing

@testable import Helm

/// How a chart is put together.
@Suite struct ChartLoaderTests {
    /// Archives by `NAME-VERSION`.
    private struct Shelf: ChartArchives {
        var archives: [String: [UInt8]]

        func archive(of reference: ChartReference, by credentials: Text?) async throws(HelmError) -> [UInt8] {
            guard let bytes = archives["\(reference.name)-\(reference.version)"] else {
                throw .repository(reference.repository, reason: "has no \(reference.name)", isTransient: false)
            }
            return bytes
        }
    }

    private func load(_ tree: MemoryTree, _ archives: [String: [UInt8]] = [:]) async throws -> Set<String> {
        let loader = ChartLoader(tree: tree, archives: Shelf(archives: archives))
        return Set(try await loader.load(.source(path("chart"))).files.keys.map(\.description))
    }

    private func refusal(_ tree: MemoryTree, _ archives: [String: [UInt8]] = [:]) async -> String {
        let error = await #expect(throws: HelmError.self) { try await load(tree, archives) }
        return error.map(String.init(describing:)) ?? ""
    }

    private func depending(_ dependency: String, _ others: [String: String] = [:]) -> MemoryTree {
        MemoryTree(files: chart(others, metadata: "dependencies:\n  - \(dependency)\n"))
    }

    private func packed(_ name: String, _ version: String, _ more: String = "") -> [UInt8] {
        TarFile.gzipped([("\(name)/Chart.yaml", "apiVersion: v2\nname: \(name)\nversion: \(version)\n\(more)")])
    }

    @Test func `a dependency of a repository is fetched, one that lies in charts is not`() async throws {
        let tree = depending(#"{name: a, version: 1.0.0, repository: "https://charts.example.org"}"#)
        #expect(try await load(tree, ["a-1.0.0": packed("a", "1.0.0")]).contains("charts/a/Chart.yaml"))
        var with = tree
        with.add("chart/charts/a/Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\n")
        #expect(try await load(with).contains("charts/a/Chart.yaml"))
        // Another version of it does not do.
        with.add("chart/charts/a/Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.9.0\n")
        #expect(await refusal(with).contains("has no a"))
    }

    @Test func `a chart may depend on a chart twice, and on no more than are allowed`() async throws {
        let line = #"{name: a, version: 1.0.0, repository: "https://charts.example.org"}"#
        let twice = MemoryTree(files: chart([:], metadata: "dependencies: [\(line), \(line)]\n"))
        let files = try await load(twice, ["a-1.0.0": packed("a", "1.0.0")])
        #expect(files.contains("charts/a/Chart.yaml") && !files.contains("charts/a.2/Chart.yaml"))
        let lines = (0...200).map { _ in line }.joined(separator: ", ")
        let many = MemoryTree(files: chart([:], metadata: "dependencies: [\(lines)]\n"))
        #expect(await refusal(many, ["a-1.0.0": packed("a", "1.0.0")]).contains("depends on more than 200 charts"))
    }

    @Test func `a range takes the version of Chart.lock, and is refused without one`() async throws {
        let line = #"{name: a, version: ^1.0.0, repository: "https://charts.example.org"}"#
        #expect(await refusal(depending(line)).contains("Chart.lock"))
        let lock = line.replacing("^1.0.0", with: "1.4.2")
        let tree = depending(line, ["Chart.lock": "dependencies:\n  - \(lock)\n"])
        #expect(try await load(tree, ["a-1.4.2": packed("a", "1.4.2")]).contains("charts/a/Chart.yaml"))
        let other = depending(
            line, ["Chart.lock": "dependencies:\n  - \(lock.replacing("name: a", with: "name: b"))\n"])
        #expect(await refusal(other).contains("Chart.lock"))
    }

    @Test func `registries, aliases and what is missing are refused with the place`() async throws {
        for (repository, words) in [
            ("oci://registry.example.org/charts", "lies in an OCI registry"), ("@stable", "by an alias"),
            ("alias:stable", "by an alias"), ("ftp://x", "which is no address"),
            ("", "is not in the chart's folder charts"),
            ("file:///etc", "outside the source"), ("file://../../x", "outside the source"),
        ] {
            let tree = depending(#"{name: a, version: 1.0.0, repository: "\#(repository)"}"#)
            let refusal = await refusal(tree)
            #expect(refusal.contains(words), "\(refusal)")
            #expect(refusal.hasPrefix("chart/Chart.yaml:5: the dependency a"), "\(refusal)")
        }
    }

    @Test func `a circle of charts is an error, and so is a ladder without end`() async throws {
        var tree = depending(#"{name: b, version: 1.0.0, repository: "file://../b"}"#)
        tree.add(
            "b/Chart.yaml",
            "apiVersion: v2\nname: b\nversion: 1.0.0\ndependencies: [{name: demo, version: 0.1.0, repository: \"file://../chart\"}]\n"
        )
        #expect(await refusal(tree) == "chart depends on itself")
        let again = packed(
            "a", "1.0.0", "dependencies: [{name: a, version: 1.0.0, repository: \"https://charts.example.org\"}]\n")
        let published = depending(#"{name: a, version: 1.0.0, repository: "https://charts.example.org"}"#)
        #expect(await refusal(published, ["a-1.0.0": again]) == "a-1.0.0.tgz depends on itself")
    }

    @Test func `hostile archives in charts are refused by name`() async throws {
        for (entry, words) in [
            (TarFile.Entry(name: "../../x"), "leads out"),
            (TarFile.Entry(name: "a/l", type: "2", link: "/etc"), "link"),
            (TarFile.Entry(name: "a"), "one folder"),
        ] {
            var tree = MemoryTree(files: chart())
            tree.nodes[path("chart/charts/a.tgz")] = .file(TarFile.gzip(TarFile.make([entry])), executable: false)
            let refusal = await refusal(tree)
            #expect(refusal.hasPrefix("charts/a.tgz: ") && refusal.contains(words), "\(refusal)")
        }
        var bomb = MemoryTree(files: chart())
        let zeros = TarFile.gzip([UInt8](repeating: 0, count: 90 << 20))
        bomb.nodes[path("chart/charts/a.tgz")] = .file(zeros, executable: false)
        #expect(await refusal(bomb).hasPrefix("charts/a.tgz: unpacks to more than"))
    }

    @Test func `links lead within the source, and loops end`() async throws {
        var tree = MemoryTree(files: chart())
        tree.add("shared/values.yaml", "a: b\n")
        tree.nodes[path("chart/values.yaml")] = .link(target: Array("../shared/values.yaml".utf8))
        tree.nodes[path("chart/files")] = .link(target: Array("../shared".utf8))
        #expect(try await load(tree) == ["Chart.yaml", "values.yaml", "files/values.yaml"])
        tree.nodes[path("chart/loop")] = .link(target: Array(".".utf8))
        #expect(await refusal(tree).contains("part of a loop"))
    }

    @Test func `what is no chart says so`() async throws {
        #expect(await refusal(MemoryTree(files: ["chart/a.yaml": "a"])) == "chart is no chart: it has no Chart.yaml")
        #expect(await refusal(MemoryTree(files: ["other/a": ""])).contains("no such file or folder"))
    }
}
