// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest
import Testing

@testable import Helm

/// What is frozen, and what follows the chart.
@Suite struct FrozenFieldsTests {
    private func object(_ kind: Text, _ fields: Value) -> HelmObject {
        var manifest: Object = ["apiVersion": "v1", "kind": .string(kind), "metadata": ["name": "web"]]
        for (key, value) in fields.objectValue?.pairs ?? [] { manifest[key] = value }
        return HelmObject(manifest: .object(manifest), template: "demo/templates/a.yaml")
    }

    private func encoded(_ text: String) -> Value { .string(Text(Data(text.utf8).base64EncodedString())) }

    private func secret(_ text: String) -> Value { .secret(Secret(Text(text))) }

    /// Freezes the first pair of renders, and applies that to the second pair.
    private func applied(_ kind: Text, _ renders: (Value, Value), _ later: (Value, Value)) throws -> Value {
        let start = try FrozenFields().apply(to: [object(kind, renders.0)], [object(kind, renders.1)])
        var frozen = FrozenFields()
        frozen.add(start.new)
        // As it would come back from the disk.
        let stored = try #require(FrozenFields(frozen.value))
        #expect(stored == frozen)
        let result = try stored.apply(to: [object(kind, later.0)], [object(kind, later.1)])
        return try #require(result.objects.first?.manifest)
    }

    @Test func `a field keeps its first value, and is a secret`() throws {
        let result = try applied(
            "Secret", (["stringData": ["p": "one", "q": "x"]], ["stringData": ["p": "two", "q": "x"]]),
            (["stringData": ["p": "three", "q": "y"]], ["stringData": ["p": "four", "q": "y"]]))
        #expect(result["stringData"]?["p"] == secret("one"))
        #expect(result["stringData"]?["q"] == "y")
    }

    @Test func `what stands around a frozen line follows the chart`() throws {
        func file(_ password: String, _ port: Int) -> Value {
            ["data": ["c": .string(Text("port: \(port)\npassword: \(password)\nend\n"))]]
        }
        let result = try applied("ConfigMap", (file("a", 1), file("b", 1)), (file("c", 2), file("d", 2)))
        #expect(result["data"]?["c"] == secret("port: 2\npassword: a\nend\n"))
    }

    @Test func `the data of a Secret is looked into`() throws {
        func file(_ password: String, _ port: Int) -> Value {
            ["data": ["c": encoded("port: \(port)\npassword: \(password)\n")]]
        }
        let result = try applied("Secret", (file("a", 1), file("b", 1)), (file("c", 2), file("d", 2)))
        guard case .secret(let text)? = result["data"]?["c"] else {
            Issue.record("no secret: \(result)")
            return
        }
        #expect(text.withExposed { Value.string($0) } == encoded("port: 2\npassword: a\n"))
    }

    @Test func `a certificate may have another number of lines`() throws {
        func file(_ lines: String...) -> Value {
            ["data": ["c": .string(Text((["BEGIN"] + lines + ["END"]).joined(separator: "\n")))]]
        }
        let result = try applied(
            "ConfigMap", (file("a1", "a2"), file("b1", "b2", "b3")), (file("c1", "c2", "c3"), file("d1")))
        #expect(result["data"]?["c"] == secret("BEGIN\na1\na2\nEND"))
    }

    @Test func `a certificate is kept whole, whatever lines it shares with another`() throws {
        func file(_ port: Int, _ lines: String...) -> Value {
            let block = ["  -----BEGIN CERTIFICATE-----"] + lines + ["  -----END CERTIFICATE-----"]
            return ["data": ["c": .string(Text("port: \(port)\n" + block.joined(separator: "\n") + "\nend\n"))]]
        }
        let result = try applied(
            "ConfigMap", (file(1, "a1", "same", "a3"), file(1, "b1", "same", "b3")),
            (file(2, "same", "c2", "c3"), file(2, "same", "d2", "c3")))
        #expect(
            result["data"]?["c"]
                == secret(
                    "port: 2\n  -----BEGIN CERTIFICATE-----\na1\nsame\na3\n  -----END CERTIFICATE-----\nend\n"))
    }

    @Test func `texts that differ in very many lines are kept whole`() {
        func text(_ mark: String, _ lines: Int) -> Value {
            .string(Text((0..<lines).map { "\(mark)\($0)" }.joined(separator: "\n") + "\nend"))
        }
        #expect(FrozenValue(first: text("a", 400), second: text("b", 400), isEncoded: false) != .whole(text("a", 400)))
        let first = text("a", 4000)
        #expect(FrozenValue(first: first, second: text("b", 4000), isEncoded: false) == .whole(first))
        // Few lines that differ may stand far apart.
        let lines = (0..<4000).map { "\($0)" }
        var other = lines
        other[10] = "x"
        other[3990] = "y"
        #expect(
            FrozenValue(
                first: .string(Text(lines.joined(separator: "\n"))),
                second: .string(Text(other.joined(separator: "\n"))), isEncoded: false) == .lines([["10"], ["3990"]]))
    }

    @Test func `items of lists are found by their names`() throws {
        func pod(_ containers: [(Text, Text)]) -> Value {
            ["spec": ["c": .array(containers.map { ["name": .string($0.0), "v": .string($0.1)] })]]
        }
        let result = try applied(
            "Pod", (pod([("web", "a")]), pod([("web", "b")])),
            (pod([("new", "same"), ("web", "c")]), pod([("new", "same"), ("web", "d")])))
        #expect(result["spec"]?["c"]?.arrayValue?[1]["v"] == secret("a"))
        #expect(result["spec"]?["c"]?.arrayValue?[0]["v"] == "same")
    }

    @Test func `numbers, and maps with other keys, are kept whole`() throws {
        let result = try applied(
            "Service", (["spec": ["port": 1]], ["spec": ["port": 2]]), (["spec": ["port": 3]], ["spec": ["port": 4]]))
        #expect(result["spec"]?["port"] == 1)
        let map = try applied(
            "ConfigMap", (["data": ["k1": "a"]], ["data": ["k2": "a"]]), (["data": ["k3": "b"]], ["data": ["k4": "b"]]))
        #expect(map["data"] == ["k1": secret("a")] as Value)
    }

    @Test func `a field that is no longer random follows the chart`() throws {
        let result = try applied(
            "Secret", (["stringData": ["p": "one"]], ["stringData": ["p": "two"]]),
            (["stringData": ["p": "fixed"]], ["stringData": ["p": "fixed"]]))
        #expect(result["stringData"]?["p"] == "fixed")
    }

    @Test func `a chart that makes other parts at random is refused by the field`() throws {
        func file(_ a: String, _ b: String) -> Value { ["data": ["c": .string(Text("\(a)\nmiddle\n\(b)"))]] }
        #expect(throws: HelmError.self) {
            try applied("ConfigMap", (file("1", "x"), file("2", "x")), (file("3", "4"), file("5", "6")))
        }
    }

    @Test func `an object whose name is random cannot be frozen`() {
        var first = object("Job", ["spec": 1])
        var second = first
        first.manifest = ["apiVersion": "batch/v1", "kind": "Job", "metadata": ["name": "a"]]
        second.manifest = ["apiVersion": "batch/v1", "kind": "Job", "metadata": ["name": "b"]]
        #expect(throws: HelmError.self) { try FrozenFields().apply(to: [first], [second]) }
    }
}
