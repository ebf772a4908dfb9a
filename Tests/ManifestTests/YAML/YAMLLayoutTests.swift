// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@Suite struct YAMLLayoutTests {
    private func path(_ steps: FieldPath.Step...) -> FieldPath { FieldPath(steps) }

    /// What the text of the first document holds at a path.
    private func slice(_ text: String, _ path: FieldPath) throws -> String? {
        let bytes = Array(text.utf8)
        let document = try #require(try YAML.read(bytes).first)
        return document.span(of: path).map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    static let text = """
        # first
        name: web   # the name
        "quoted é": 'sïngle'
        anchored: &a !!str  value # x
        map: &m
          # inside
          k: "v#1" # not in the value
          empty:
          empty anchored: &e
        list:
        - plain two
          lines
        - {flow: [1, 2 ,3], "x": y}
        - |  # header
          block # no comment
           é

        - >-
          folded
        - *m
        alias: *a
        merged:
          <<: *m
          own: 1
        last: ü
        """

    @Test(arguments: ["\n", "\r\n"], ["", "\u{FEFF}"])
    func `spans are the exact bytes`(lineBreak: String, mark: String) throws {
        let text = mark + Self.text.replacing("\n", with: lineBreak)
        let expected: [(FieldPath, String?)] = [
            (path(.key("name")), "web"), (path(.key("quoted é")), "'sïngle'"), (path(.key("anchored")), "value"),
            (path(.key("map"), .key("k")), "\"v#1\""), (path(.key("map"), .key("empty")), ""),
            (path(.key("map"), .key("empty anchored")), ""), (path(.key("list"), .index(0)), "plain two\n  lines"),
            (path(.key("list"), .index(1)), "{flow: [1, 2 ,3], \"x\": y}"),
            (path(.key("list"), .index(1), .key("flow"), .index(1)), "2"),
            (path(.key("list"), .index(1), .key("x")), "y"),
            (path(.key("list"), .index(2)), "|  # header\n  block # no comment\n   é"),
            (path(.key("list"), .index(3)), ">-\n  folded"), (path(.key("list"), .index(4)), "*m"),
            (path(.key("list"), .index(4), .key("k")), nil), (path(.key("alias")), "*a"),
            (path(.key("merged"), .key("own")), "1"), (path(.key("merged"), .key("k")), nil),
            (path(.key("last")), "ü"), (path(.key("absent")), nil), (path(.key("list"), .index(5)), nil),
            (path(.key("map")), "k: \"v#1\" # not in the value\n  empty:\n  empty anchored: &e"),
        ]
        for (path, slice) in expected {
            #expect(try self.slice(text, path) == slice?.replacing("\n", with: lineBreak), "\(path)")
        }
    }

    @Test func `keys have spans too`() throws {
        let bytes = Array(Self.text.utf8)
        let document = try #require(try YAML.read(bytes).first)
        let span = try #require(document.keySpan(of: path(.key("quoted é"))))
        #expect(String(decoding: bytes[span], as: UTF8.self) == "\"quoted é\"")
        #expect(document.keySpan(of: path(.key("list"), .index(1))) == nil)
        #expect(document.keySpan(of: path(.key("list"), .index(1), .key("flow"))) != nil)
    }

    @Test func `positions count bytes from one`() throws {
        let document = try #require(try YAML.read(Array(Self.text.utf8)).first)
        #expect(document.position(of: path(.key("name"))) == Position(line: 2, column: 7, offset: 14))
        #expect(document.keyPosition(of: path(.key("name"))) == Position(line: 2, column: 1, offset: 8))
        let quoted = document.position(of: path(.key("quoted é")))
        #expect(quoted?.line == 3 && quoted?.column == 14)
        // Behind an alias: where the anchored text stands. Merged in: where the merge does.
        #expect(document.position(of: path(.key("list"), .index(4), .key("k")))?.line == 7)
        #expect(document.position(of: path(.key("merged"), .key("k")))?.line == 23)
        #expect(document.position(of: path(.key("merged"), .key("own")))?.line == 24)
        #expect(document.position(of: FieldPath())?.line == 2)
    }

    @Test func `comments are found, and only comments`() throws {
        let bytes = Array(Self.text.utf8)
        let document = try #require(try YAML.read(bytes, tracking: .comments).first)
        #expect(
            document.comments.map(\.text) == [
                "# first", "# the name", "# x", "# inside", "# not in the value", "# header",
            ])
        #expect(document.comments.map(\.isWholeLine) == [true, false, false, true, false, false])
        for comment in document.comments {
            #expect(String(decoding: bytes[comment.span], as: UTF8.self) == comment.text.string)
        }
    }

    @Test(arguments: ["\u{85}", "\u{2028}", "\u{2029}"])
    func `comments end where YAML's rarer line breaks are`(separator: String) throws {
        let bytes = Array("# c\(separator)a: 1 # d\(separator)#e\n".utf8)
        let document = try #require(try YAML.read(bytes, tracking: .comments).first)
        #expect(document.comments.map(\.text) == ["# c", "# d", "#e"])
        #expect(document.comments.map(\.isWholeLine) == [true, false, true])
    }

    @Test func `each document has its own comments and places`() throws {
        let text = "# a\na: 1 # b\n---\n# c\nb: 2\n...\n# d\n---\nc: &x 3 #e\n"
        let documents = try YAML.read(Array(text.utf8), tracking: .comments)
        #expect(documents.map { $0.comments.map(\.text) } == [["# a", "# b"], ["# c"], ["# d", "#e"]])
        #expect(documents.map { $0.position(of: FieldPath())?.line } == [2, 5, 9])
    }

    @Test func `nothing is remembered unasked`() throws {
        let document = try #require(try YAML.read(Array("a: 1 # x".utf8), tracking: .nothing).first)
        #expect(document.position(of: path(.key("a"))) == nil)
        #expect(document.span(of: path(.key("a"))) == nil)
        #expect(document.comments.isEmpty)
    }

    @Test func `one value is replaced and every other byte left alone`() throws {
        let text = "\u{FEFF}# é\r\nimages: # ü\r\n- name: &n web  # keep\r\n  tag: '1.0' # → 2\r\nother: *n\r\n"
        var bytes = Array(text.utf8)
        let document = try #require(try YAML.read(bytes).first)
        let span = try #require(document.span(of: path(.key("images"), .index(0), .key("tag"))))
        bytes.replaceSubrange(span, with: "'2.0'".utf8)
        #expect(String(decoding: bytes, as: UTF8.self) == text.replacing("'1.0'", with: "'2.0'"))
        #expect(document.span(of: path(.key("images"), .index(0), .key("name")))?.count == 3)
    }
}
