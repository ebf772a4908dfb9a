// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Kustomize
import Manifest
import Model
import TestSupport
import Testing

/// One case of the conformance corpora: a tree, and what kubectl 1.33.1 (kustomize v5.6.0) prints for it.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
    enum Expectation: Sendable {
        case output([UInt8])
        case error
    }

    enum Verdict: String, Sendable {
        case identical = "byte-identical"
        case equal = "semantically equal"
        case refused = "refused by design"
        case failed
    }

    var corpus: String
    var name: String
    var order: Kustomization.Order
    var folder: URL
    var root: String
    var loading: Kustomization.Loading
    var expectation: Expectation

    var testDescription: String { "\(corpus)/\(name)\(order == .none ? " in the order of the input" : "")" }

    /// All cases of a corpus; those whose order matters twice.
    static func all(of corpus: String) -> [ConformanceCase] {
        guard let folder = Corpora.folder(corpus),
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        else { return [] }
        return names.sorted().flatMap { name in cases(name, in: folder.appendingPathComponent(name), corpus) }
    }

    private static func cases(_ name: String, in folder: URL, _ corpus: String) -> [ConformanceCase] {
        guard let bytes = FileManager.default.contents(atPath: folder.path + "/case.json"),
            let description = try? JSON.read(Array(bytes)), let root = description["root"]?.stringValue
        else { return [] }
        var base = ConformanceCase(
            corpus: corpus, name: name, order: .declared, folder: folder, root: root.string,
            loading: description["options"]?["load_restrictor"] == nil ? .withinFolder : .anywhere, expectation: .error)
        if description["expect"] == "error" { return [base] }
        var cases: [ConformanceCase] = []
        for (file, order) in [("expected", Kustomization.Order.declared), ("expected-reorder-none", .none)] {
            guard let expected = FileManager.default.contents(atPath: "\(folder.path)/\(file).yaml") else { continue }
            base.order = order
            base.expectation = .output(Array(expected))
            cases.append(base)
        }
        return cases
    }

    func run() async -> (verdict: Verdict, detail: String) {
        let output: [UInt8]
        do throws(KustomizeError) {
            let objects = try await Kustomization.build(
                try tree(), at: TreePath(Text(root)) ?? .root,
                options: Kustomization.Options(order: order, loading: loading))
            output = GoYAML.write(objects.map(\.manifest))
        } catch {
            if case .error = expectation { return (.identical, "\(error)") }
            return (error.code == .refused ? .refused : .failed, "\(error)")
        }
        guard case .output(let expected) = expectation else { return (.failed, "no error") }
        if output == expected { return (.identical, "") }
        let detail = String(decoding: output, as: UTF8.self)
        let same = (try? YAML.read(output).map(\.value)) == (try? YAML.read(expected).map(\.value))
        return (same ? .equal : .failed, detail)
    }

    private func tree() throws(KustomizeError) -> MemoryTree {
        let input = folder.appendingPathComponent("input").path
        var tree = MemoryTree()
        for name in FileManager.default.enumerator(atPath: input)?.compactMap({ $0 as? String }) ?? [] {
            guard let path = TreePath(Text(name)) else { continue }
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(input)/\(name)", isDirectory: &isFolder),
                !isFolder.boolValue,
                let content = FileManager.default.contents(atPath: "\(input)/\(name)")
            else { continue }
            tree.nodes[path] = .file(Array(content), executable: false)
        }
        return tree
    }
}
