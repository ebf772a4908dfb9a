// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Kustomize
import Manifest
import Testing

/// A few lines that ask for more time or room than anybody has: each is an error that says where they stand.
@Suite struct AllowanceTests {
    private static let object = "apiVersion: v1\nkind: Box\nmetadata: {name: box}\nspec: {x: y}\n"
    private static let map =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\ndata: {big: \(longText), x: \(vars)}\n"
    private static let longText = String(repeating: "b", count: 1000)
    private static let vars = String(repeating: "$(A)", count: 200)

    private func build(
        _ kustomization: String, _ objects: String = object, _ more: [String: String] = [:],
        _ change: (inout KustomizeBudget) -> Void = { _ in }
    ) async -> String {
        var options = Kustomization.Options(order: .none)
        change(&options.budget)
        let files = ["kustomization.yaml": "resources: [objects.yaml]\n" + kustomization, "objects.yaml": objects]
        return await built(files.merging(more) { $1 }, options: options)
    }

    private func patch(
        _ operations: [String], _ change: (inout KustomizeBudget) -> Void = { _ in }
    ) async -> String {
        let file = operations.joined(separator: "\n") + "\n"
        return await build(
            "patches: [{target: {kind: Box}, path: patch.yaml}]\n", Self.object, ["patch.yaml": file], change)
    }

    @Test func `a value that is copied onto itself again and again is refused with the operation`() async {
        let operations = (0..<40).map { "- {op: copy, from: /spec, path: /spec/a\($0)}" }
        let output = await patch(operations) { $0.result.nodes = 10_000 }
        #expect(output.hasPrefix("kustomization.yaml:"), "\(output)")
        #expect(output.contains("operation 1") && output.contains("/spec/a1"), "\(output)")
        #expect(output.contains("what this build comes to is too large"), "\(output)")
        #expect(await patch(Array(operations.prefix(5))).contains("a4:"))
    }

    @Test func `a value that is copied into itself without end is refused`() async {
        let operations = (0..<200).map { _ in "- {op: copy, from: /spec, path: /spec/a}" }
        let output = await patch(operations)
        #expect(output.contains("nested deeper than 128 levels"), "\(output)")
        #expect(output.contains("operation 127"), "\(output)")
    }

    @Test func `replacements that copy a value onto itself are refused with the field`() async {
        let items = (0..<40).map { number in
            """
            - source: {kind: Box, fieldPath: spec}
              targets: [{select: {kind: Box}, fieldPaths: [spec.a\(number)], options: {create: true}}]

            """
        }
        let output = await build("replacements:\n" + items.joined()) { $0.result.nodes = 10_000 }
        #expect(output.hasPrefix("kustomization.yaml:"), "\(output)")
        #expect(output.contains("spec.a1") && output.contains("too large"), "\(output)")
    }

    @Test func `a text that grows with each replacement is refused`() async {
        let item = """
            - source: {kind: Box, fieldPath: spec.x}
              targets: [{select: {kind: Box}, fieldPaths: [spec.x], options: {delimiter: "|", index: 999999}}]

            """
        let output = await build("replacements:\n" + String(repeating: item, count: 40)) { $0.result.bytes = 100_000 }
        #expect(output.hasPrefix("kustomization.yaml:") && output.contains("too large"), "\(output)")
    }

    @Test func `vars that make a text larger than a file may be are refused`() async {
        let kustomization = """
            vars: [{name: A, objref: {apiVersion: v1, kind: ConfigMap, name: map}, fieldref: {fieldpath: data.big}}]
            configurations: [config.yaml]

            """
        let config = ["config.yaml": "varReference: [{path: data, kind: ConfigMap}]\n"]
        let output = await build(kustomization, Self.map, config) { $0.file.bytes = 100_000 }
        #expect(output.contains("with its vars a text has more than 100000 bytes"), "\(output)")
        #expect(await build(kustomization, Self.map, config).utf8.count > 200_000)
    }

    @Test func `a patch for many objects counts for each of them`() async {
        let objects = (0..<20).map { Self.object.replacing("name: box", with: "name: box\($0)") }
        let kustomization = """
            patches:
            - target: {kind: Box}
              patch: |
                apiVersion: v1
                kind: Box
                metadata: {name: any}
                list: [1, 2, 3, 4, 5, 6, 7, 8, 9]

            """
        let text = objects.joined(separator: "---\n")
        #expect(await build(kustomization, text).contains("list:"))
        let output = await build(kustomization, text) { $0.result.nodes = 250 }
        #expect(output.hasPrefix("kustomization.yaml:") && output.contains("too large"), "\(output)")
    }

    @Test func `what comes out is bounded whatever made it`() async {
        let label = String(repeating: "v", count: 1000)
        let objects = (0..<20).map { Self.object.replacing("name: box", with: "name: box\($0)") }
        let output = await build(
            "labels: [{pairs: {big: \(label)}}]\n", objects.joined(separator: "---\n")
        ) { $0.result.bytes = 10_000 }
        #expect(output.hasPrefix("objects.yaml:") && output.contains("too large"), "\(output)")
    }

    @Test(arguments: [
        "commonLabels: {a: b}", "commonAnnotations: {a: b}", "namePrefix: x-", "namespace: shop",
        "images: [{name: a, newTag: b}]",
        "patches: [{target: {kind: B.x}, patch: '[{op: test, path: /kind, value: Box}]'}]",
        "replacements: [{source: {kind: Box, name: box1}, targets: [{select: {kind: Box}}]}]",
    ])
    func `every transformer has to do with the steps of the build`(line: String) async {
        let objects = (0..<50).map { Self.object.replacing("name: box", with: "name: box\($0)") }
        let output = await build(line + "\n", objects.joined(separator: "---\n")) { $0.steps = 120 }
        #expect(output.contains("takes too long"), "\(output)")
    }

    @Test func `a build that nobody waits for ends`() async {
        let objects = (0..<200).map { Self.object.replacing("name: box", with: "name: box\($0)") }
        let text = objects.joined(separator: "---\n")
        let output = await withTaskGroup(of: String.self) { group in
            group.cancelAll()
            group.addTask { await build("commonLabels: {a: b}\n", text) }
            return await group.next() ?? ""
        }
        #expect(output.contains("takes too long"), "\(output)")
    }

    private func schema(_ name: String, _ properties: String) -> String {
        """
        "\(name)": {"Schema": {"properties": {"kind": {}, "apiVersion": {}, "metadata": {}, \(properties)}}}
        """
    }

    @Test func `schemas that refer to each other without end are refused`() async {
        let types = (0..<40).map { number in
            schema("x.T\(number)", #""a": {"$ref": "x.T\#(number + 1)"}, "b": {"$ref": "x.T\#(number + 1)"}"#)
        }
        let output = await build("crds: [crd.json]\n", Self.object, ["crd.json": "{\(types.joined(separator: ","))}"])
        #expect(output.hasPrefix("crd.json:") && output.contains("refer to each other too often"), "\(output)")
    }

    @Test func `a type within itself is looked into once`() async {
        let note = #""note": {"x-kubernetes-annotation": true}"#
        let crd = schema(
            "x.Box", #"\#(note), "a": {"$ref": "x.Box"}, "b": {"$ref": "x.Box"}, "c": {"$ref": "x.Inner"}"#)
        let inner = schema("x.Inner", #"\#(note), "back": {"$ref": "x.Box"}"#)
        let object = "apiVersion: v1\nkind: Box\nmetadata: {name: box}\nnote: {}\nc: {note: {}}\na: {note: {}}\n"
        let output = await build(
            "crds: [crd.json]\ncommonAnnotations: {k: v}\n", object, ["crd.json": "{\(crd), \(inner)}"])
        #expect(output.contains("note:\n  k: v"), "\(output)")
        #expect(output.contains("c:\n  note:\n    k: v"), "\(output)")
        #expect(output.contains("a:\n  note: {}"), "\(output)")
    }
}
