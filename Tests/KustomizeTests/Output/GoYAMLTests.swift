// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Kustomize
import Manifest
import Testing

@Suite struct GoYAMLTests {
    private func written(_ value: Value) -> String { String(decoding: GoYAML.write([value]), as: UTF8.self) }

    // What kubectl 1.33.1 prints for the same texts.
    @Test(arguments: [
        ("a", "a"), ("", "\"\""), ("~", "\"~\""), ("y", "\"y\""), ("1e3", "\"1e3\""), ("0x", "0x"),
        ("1:30", "\"1:30\""),
        ("2020-1-1", "\"2020-1-1\""), ("<<", "<<"), ("a: b", "'a: b'"), ("a:", "'a:'"), ("a #b", "'a #b'"),
        ("it's", "it's"), ("'x'", "'''x'''"), ("- a", "'- a'"), ("?", "'?'"), ("--- a", "'--- a'"),
        ("a\tb", "\"a\\tb\""),
        ("x😀y", "\"x\\U0001F600y\""), ("\u{FEFF}a", "\"\\uFEFF\\x61\""), ("a\n", "|\n  a"), ("a\nb", "|-\n  a\n  b"),
        ("a\n\n", "|+\n  a\n"), (" a\n", "|2\n   a"), ("a \nb\n", "\"a \\nb\\n\""), ("a\r\n", "\"a\\r\\n\""),
    ])
    func `texts are quoted as Go quotes them`(text: String, written: String) {
        #expect(self.written(.object(["k": .string(Text(text))])) == "k: \(written)\n")
    }

    @Test func `long lines are folded behind column 80`() {
        let word = String(repeating: "x", count: 39)
        #expect(written([.string(Text("\(word) \(word) \(word)"))]) == "- \(word) \(word)\n  \(word)\n")
    }

    @Test func `keys are ordered with their numbers by value`() {
        #expect(written(["k10": 1, "k9": 1, "a": 1, "_": 1, "B": 1]) == "_: 1\nB: 1\na: 1\nk9: 1\nk10: 1\n")
    }
}
