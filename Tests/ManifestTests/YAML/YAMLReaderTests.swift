// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@Suite struct YAMLReaderTests {
    private func read(_ text: String, budget: Budget = .manifest) throws -> [Value] {
        try YAML.read(Array(text.utf8), file: "a.yaml", budget: budget).map(\.value)
    }

    private func error(_ text: String, budget: Budget = .manifest) -> String {
        do {
            _ = try read(text, budget: budget)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func `documents, empty ones left out`() throws {
        #expect(try read("---\n# nothing\n---\na: 1\n---\n- b\n...\n") == [["a": 1], ["b"]])
        #expect(try read("").isEmpty)
    }

    @Test func `keys that are no strings become strings`() throws {
        #expect(try read("1: a\nyes: b\n1.5: c\n") == [["1": "a", "true": "b", "1.5": "c"]])
    }

    @Test func `merge keys fill in what a map does not say itself`() throws {
        let text = "base: &b {x: 1, w: 2}\nother: &o {z: 3, x: 9}\nc:\n  <<: [*b, *o]\n  w: 7\n"
        #expect(try read(text).first?["c"] == ["w": 7, "x": 1, "z": 3])
        #expect(try read("'<<': 1\n") == [["<<": 1]])
    }

    @Test(arguments: [
        ("a: 1\na: 2\n", "a.yaml:2:1: duplicate key \"a\""),
        ("1: a\n\"1\": b\n", "a.yaml:2:1: duplicate key \"1\""),
        (
            "a: {{ .Values.x }}\n",
            "a.yaml:1:5: a map cannot be a key (an unrendered template such as {{ … }} must be quoted)"
        ),
        (
            "? [x, y]\n: 1\n",
            "a.yaml:1:3: a list cannot be a key (an unrendered template such as {{ … }} must be quoted)"
        ),
        (
            "a: *x\n",
            "a.yaml:1:4: unknown anchor \"x\" (an alias names an anchor that ends before it, in the same document)"
        ),
        (
            "a: &x 1\n---\nb: *x\n",
            "a.yaml:3:4: unknown anchor \"x\" (an alias names an anchor that ends before it, in the same document)"
        ),
        (
            "a: &x [*x]\n",
            "a.yaml:1:8: unknown anchor \"x\" (an alias names an anchor that ends before it, in the same document)"
        ),
        ("~: 1\n", "a.yaml:1:1: a key that is null (quote it if it is meant)"),
        ("é: \"ü\"\nb: !Ref x\n", "a.yaml:2:4: unknown tag \"!Ref\""),
    ])
    func `errors say where and what`(text: String, message: String) { #expect(error(text) == message) }

    @Test func `broken text names its line`() {
        #expect(error("a: b\n c: d\n").hasPrefix("a.yaml:2:"))
        #expect(error("a: \"open\n").hasPrefix("a.yaml:"))
        #expect(error("a: \u{0}\n").hasPrefix("a.yaml:1:4"))
        #expect(throws: ReadingError.self) { try YAML.read([0x61, 0x3A, 0x20, 0xFF]) }
    }

    @Test func `an alias bomb is refused before it goes off`() {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            bomb +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
        }
        #expect(error(bomb).contains("aliases expanded"))
    }

    @Test func `depth, bytes and documents have budgets`() {
        let small = Budget(bytes: 200, depth: 5, nodes: 50, documents: 2)
        #expect(error("[[[[[[]]]]]]", budget: small).contains("5 levels"))
        #expect(error(String(repeating: " ", count: 201), budget: small).contains("200 bytes"))
        #expect(error("a: 1\n---\nb: 1\n---\nc: 1\n", budget: small).contains("2 documents"))
        #expect(error(String(repeating: "[", count: 100_000)).contains("levels"))
    }

    @Test func `places and spans are bytes, whatever stands before`() throws {
        let text = "\u{FEFF}# ü\r\ntop:\r\n  - näme: \"wörld\" # why\r\n    list: [1, {x: y}]\r\n"
        let bytes = Array(text.utf8)
        let document = try #require(try YAML.read(bytes, file: "a.yaml").first)
        let path = FieldPath([.key("top"), .index(0), .key("näme")])
        let span = try #require(document.span(of: path))
        #expect(String(decoding: bytes[span], as: UTF8.self) == "\"wörld\"")
        #expect(document.position(of: path)?.line == 3)
        #expect(document.keyPosition(of: path)?.column == 5)
        let inner = FieldPath([.key("top"), .index(0), .key("list"), .index(1), .key("x")])
        #expect(document.span(of: inner).map { String(decoding: bytes[$0], as: UTF8.self) } == "y")
        #expect(document.position(of: FieldPath([.key("none")])) == nil)
    }
}
