// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@Suite struct YAMLErrorTests {
    private func read(_ bytes: [UInt8], _ budget: Budget = .manifest) throws(ReadingError) -> [YAML.Document] {
        try YAML.read(bytes, file: "a.yaml", budget: budget)
    }

    private func error(_ text: String, _ budget: Budget = .manifest) -> String {
        do throws(ReadingError) {
            _ = try read(Array(text.utf8), budget)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        ("a: 1\na: 2\n", "2:1: duplicate key \"a\""),
        ("1: a\n'1': b\n", "2:1: duplicate key \"1\""),
        ("true: a\n\"true\": b\n", "2:1: duplicate key \"true\""),
        ("a: {b: 1, b: 2}\n", "1:11: duplicate key \"b\""),
        ("a: b: c\n", "1:5: a colon that cannot stand here"),
        ("a: 1\nfoo\nb: 2\n", "2:1: a text where a key is expected"),
        ("a:\n\tb: 1\n", "2:1: a tab in the indentation"),
        ("a: \"x\nb: 1\n", "1:4: a quoted text that does not end"),
        ("a: 'x\n---\nb: 1\n", "1:4: a quoted text that does not end before the next document"),
        ("a: [1, 2\nb: 3\n", "2:2: did not find expected ',' or ']'"),
        ("a: {b: 1\n", "2:1: did not find expected ',' or '}'"),
        ("a: @x\n", "1:4: no text begins with \"@\""), ("a: `x\n", "1:4: no text begins with \"`\""),
        ("a: %x\n", "1:4: no text begins with \"%\""),
        ("a: 1\n  b: 2\n", "2:4: a colon that cannot stand here"),
        ("a:\n  b: 1\n c: 2\n", "3:2: did not find expected key"),
        ("- a\nb: 1\n", "2:1: did not find expected '-' indicator"),
        ("a: *x\n", "1:4: no anchor \"x\" before this alias"),
        ("a: &x [*x]\n", "1:8: the anchor \"x\" contains itself"),
        ("? [x, y]\n: 1\n", "1:3: a map or list as a key"), ("? {x: y}\n: 1\n", "1:3: a map or list as a key"),
        ("a: &x [1]\n*x : 1\n", "2:1: a map or list as a key"),
        ("~: 1\n", "1:1: null as a key"), ("a: !foo x\n", "1:4: the tag \"!foo\" means nothing here"),
        ("a: !!set {x}\n", "1:4: the tag \"!!set\" means nothing here"), ("a: !!map []\n", "1:4: the tag \"!!map\""),
        ("%YAML 3.0\n---\na: 1\n", "1:1: found incompatible YAML document"),
        ("a: !x!y 1\n", "1:4: found undefined tag handle"),
        ("a: \"\\q\"\n", "1:5: found unknown escape character"), ("a: \"\\ud800\"\n", "1:"),
        ("a: 1\n}\n", "2:1: "), ("a: |x\n", "1:5: "), ("é: 1\né: 2\n", "2:1: duplicate key \"é\""),
        ("é: ü\nü: [é, é: {ü: é}, é é: 1, \"é\n", "2:34: a quoted text"),
        ("a: x\u{7}\n", "1:5: a control character"), ("a: \0\n", "1:4: a control character"),
        ("a: \u{7f}\n", "1:4: a control character"), ("é: \u{81}\n", "1:5: a control character"),
        ("a: 1\r\nb: 2\r\na: 3\r\n", "3:1: duplicate"), ("a: 1\rb: 2\ra: 3\r", "3:1: duplicate"),
        ("\u{FEFF}a: 1\na: 2\n", "2:1: duplicate"), ("\u{FEFF}a: *x\n", "1:4: no anchor"),
    ])
    func `what is wrong and where`(text: String, start: String) {
        let message = error(text)
        #expect(message.hasPrefix("a.yaml:\(start)"), "\(message)")
    }

    @Test(arguments: [
        "a: {{ .Values.x }}\n", "a:\n  b: {{ .Values.x }}\n", "{{ if .Values.x }}\na: 1\n{{ end }}\n",
        "a: 1\n{{- if .x }}\nb: 2\n{{- end }}\n", "a: {{ .x }}-{{ .y }}\n", "{{ toYaml .x }}", "a: [{{ x }}]\n",
    ])
    func `an unrendered template is named as such`(text: String) {
        #expect(error(text).contains("template that was not rendered"), "\(error(text))")
    }

    @Test(arguments: [
        ([0x61, 0x3A, 0x20, 0xFF], "a.yaml:1:4: invalid UTF-8"),
        ([0xC3, 0xA9, 0x0A, 0xC3], "a.yaml:2:1: invalid UTF-8"),
        ([0xFF, 0xFE, 0x61, 0x00], "a.yaml:1:1: the text is UTF-16"),
        ([0xFE, 0xFF, 0x00, 0x61], "a.yaml:1:1: the text is UTF-16"),
        ([0x61, 0x3A, 0x20, 0xED, 0xA0, 0x80], "a.yaml:1:4: invalid UTF-8"),
    ])
    func `bytes that are no UTF-8`(bytes: [UInt8], start: String) {
        #expect { try read(bytes) } throws: { "\($0)".hasPrefix(start) }
    }

    @Test func `every budget ends the reading`() {
        let small = Budget(bytes: 100, depth: 3, nodes: 8, documents: 2)
        #expect(error("[[[1]]]", small) == "no error")
        #expect(error("[[[[1]]]]", small).hasPrefix("a.yaml:1:4: nested deeper than 3 levels"))
        #expect(error("- - - - 1", small).hasPrefix("a.yaml:1:7: nested deeper than 3 levels"))
        #expect(error("[1,2,3,4,5,6,7,8]", small).hasPrefix("a.yaml:1:16: more than 8 values"))
        #expect(error("1\n---\n2\n---\n3\n", small).hasPrefix("a.yaml:4:1: more than 2 documents"))
        #expect(error(String(repeating: "a", count: 101), small).contains("more than 100 bytes"))
        #expect(error("a: &x [[1]]\nb: [[*x]]\n", small).hasPrefix("a.yaml:2:6: nested deeper than 3 levels"))
        #expect(
            error("a: &x [1,2]\nb: [*x, *x]\n", small).hasPrefix("a.yaml:2:9: more than 8 values, aliases expanded"))
        let long = String(repeating: "x", count: 60)
        #expect(error("- &x \(long)\n- *x\n", small).contains("more than 100 bytes of text, aliases expanded"))
    }

    @Test func `an alias bomb is defused`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...60 {
            text +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
        }
        #expect(error(text).contains("more than 4000000 values, aliases expanded"))
        let merges =
            "a: &a {\((0..<1000).map { "k\($0): 1" }.joined(separator: ", "))}\n"
            + (0..<10_000).map { "m\($0): {<<: *a}\n" }.joined()
        let fewer = Budget(bytes: 1 << 20, depth: 10, nodes: 50_000, documents: 1)
        #expect(error(merges, fewer).contains("more than 50000 values, aliases expanded"))
    }

    @Test func `deep nesting of every kind is refused, not followed`() {
        for opening in ["[", "{a: ", "- ", "? ", "a: [", "&a [", "{? "] {
            let message = error(String(repeating: opening, count: 100_000))
            #expect(message != "no error")
        }
    }

    @Test func `values are not quoted in errors`() {
        for text in ["password: !!int hunter2", "password: !foo hunter2", "a: [hunter2", "a: hunter2: b"] {
            #expect(!error(text).contains("hunter2"))
        }
    }
}
