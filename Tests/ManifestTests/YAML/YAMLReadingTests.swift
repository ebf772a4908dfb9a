// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@Suite struct YAMLReadingTests {
    private func read(_ text: String) throws -> [Value] {
        try YAML.read(Array(text.utf8)).map(\.value)
    }

    @Test func `styles of maps, lists and texts`() throws {
        let text = """
            map: {a: 1, "b": [x, 'y', "z"], c: }
            list:
            - one
            - - nested
              - list
            - key: value
              other: |
                two
                 lines
            folded: >-
              one
              line
            escaped: "a\\tb\\u00e9\\x00"
            single: 'it''s'
            ? explicit
            : key
            multi
              line plain: no
            """.replacing("multi\n  line plain: no", with: "last: yes")
        let expected: Value = [
            "map": ["a": 1, "b": ["x", "y", "z"], "c": .null],
            "list": ["one", ["nested", "list"], ["key": "value", "other": "two\n lines\n"]],
            "folded": "one line", "escaped": "a\tb\u{e9}\0", "single": "it's", "explicit": "key", "last": true,
        ]
        #expect(try read(text) == [expected])
    }

    @Test func `empty documents give none, null gives one`() throws {
        #expect(try read("") == [])
        #expect(try read("# only a comment\n") == [])
        #expect(try read("---\n---\n# x\n---\na: 1\n---\n") == [["a": 1]])
        #expect(try read("null\n") == [.null])
        #expect(try read("--- ~\n--- ''\n") == [.null, ""])
        #expect(try read("---\n...\n") == [])
    }

    @Test func `CRLF, a byte order mark and other line breaks`() throws {
        #expect(try read("\u{FEFF}a: 1\r\nb: |\r\n  x\r\n  y\r\n") == [["a": 1, "b": "x\ny\n"]])
        #expect(try read("a: \"\u{85}\"\n") == [["a": " "]])
    }

    @Test func `anchors and aliases`() throws {
        #expect(
            try read("a: &x {b: 1}\nc: *x\nd: [*x, *x]\n") == [
                ["a": ["b": 1], "c": ["b": 1], "d": [["b": 1], ["b": 1]]]
            ])
        #expect(try read("&k key: 1\nother: *k\n") == [["key": 1, "other": "key"]])
        #expect(try read("- &k key\n- *k : 2\n") == [["key", ["key": 2]]])
        #expect(try read("a: &x 1\nb: &x 2\nc: *x\n") == [["a": 1, "b": 2, "c": 2]])
    }

    @Test func `anchors end with their document`() {
        #expect { try read("a: &x 1\n---\nb: *x\n") } throws: { "\($0)".hasPrefix("line 3:4: no anchor \"x\"") }
    }

    @Test func `merge keys`() throws {
        let text = """
            base: &base {a: 1, b: 2}
            more: &more {b: 3, c: 4}
            one: {<<: *base, b: 5}
            own first: {b: 5, <<: *base}
            list: {<<: [*base, *more], d: 6}
            inline: {<<: {x: 1}}
            quoted: {"<<": 1}
            """
        let value = try #require(try read(text).first)
        #expect(value["one"] == ["a": 1, "b": 5])
        #expect(value["own first"] == ["b": 5, "a": 1])
        #expect(value["list"] == ["a": 1, "b": 2, "c": 4, "d": 6])
        #expect(value["list"]?.objectValue?.keys == ["a", "b", "c", "d"])
        #expect(value["inline"] == ["x": 1])
        #expect(value["quoted"] == ["<<": 1])
        #expect(try read("a: &m {<<: {k: 1}}\nb: {<<: *m}\n").first?["b"] == ["k": 1])
        for wrong in ["<<: 1", "<<: [1]", "<<: [[{a: 1}]]", "{<<: {a: 1}, <<: {b: 1}}", "<<:"] {
            #expect(throws: ReadingError.self) { try read(wrong) }
        }
    }

    @Test func `JSON is read too`() throws {
        let json = #"{"a": [1, 2.50, null, true, "x\u00e9\n"], "b": {"c": {}}}"#
        #expect(try read(json) == [try JSON.read(Array(json.utf8))])
    }

    @Test func `a large map has its duplicates found too`() throws {
        let lines = (0..<3000).map { "key-\($0): {x: 1}\n" }.joined()
        #expect(try read(lines).first?["key-2999"] == ["x": 1])
        for duplicate in [0, 15, 16, 2999] {
            #expect { try read(lines + "key-\(duplicate): 1\n") } throws: {
                "\($0)" == "line 3001:1: duplicate key \"key-\(duplicate)\""
            }
        }
    }
}

@Suite struct YAMLKeyTests {
    @Test func `keys of our own formats stay as they are written`() throws {
        let text = Array("{on: {y: on}, 1: a, <<: {no: b}, !!str off: c}".utf8)
        let ours = try #require(try YAML.read(text, keys: .asWritten).first)
        #expect(ours.value == ["on": ["y": true], "1": "a", "no": "b", "off": "c"])
        #expect(ours.position(of: FieldPath([.key("on"), .key("y")]))?.column == 10)
        let kubectl = try #require(try YAML.read(text).first)
        #expect(kubectl.value["true"]?["true"] == true)
    }
}
