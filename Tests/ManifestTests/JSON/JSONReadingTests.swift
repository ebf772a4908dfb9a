// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@Suite struct JSONReadingTests {
    private func read(_ text: String, budget: Budget = .manifest) throws(ReadingError) -> Value {
        try JSON.read(Array(text.utf8), file: "a.json", budget: budget)
    }

    @Test func `every kind of value`() throws {
        let value = try read(
            #" {"a": null, "b": [true, false, -1, 0, 1.50], "c": {"d": "e\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\u0000"}, "": []} "#
        )
        let expected: Value = [
            "a": .null, "b": [true, false, -1, 0, .number(.decimal("1.50"))],
            "c": ["d": "e\"\\/\u{8}\u{c}\n\r\t\u{e9}\u{1F600}\0"], "": [],
        ]
        #expect(value == expected)
        #expect(value.objectValue?.keys == ["a", "b", "c", ""])
    }

    @Test(arguments: ["1", "\"x\"", "null", "[]", "{}", "[[]]", " [ ] ", "{ }", "[{}]", "[1,2]", "[{\"a\":[]},[]]"])
    func `round trip`(text: String) throws {
        let value = try read(text)
        #expect(try JSON.read(JSON.write(value, style: .compact)) == value)
        #expect(try JSON.read(JSON.write(value, style: .pretty)) == value)
    }

    @Test(arguments: [
        ("9223372036854775807", Number.signed(.max)), ("-9223372036854775808", .signed(.min)),
        ("9223372036854775808", .unsigned(9_223_372_036_854_775_808)), ("18446744073709551615", .unsigned(.max)),
        ("18446744073709551616", .decimal("18446744073709551616")), ("-0", .decimal("-0")), ("1E+2", .decimal("1E+2")),
        ("999999999999999999", .signed(999_999_999_999_999_999)),
        ("1000000000000000000", .signed(1_000_000_000_000_000_000)),
    ])
    func `numbers keep every digit`(text: String, number: Number) throws {
        let read = try #require(try read(text).numberValue)
        #expect(String(describing: read) == String(describing: number))
        #expect(read.lexeme == text)
    }

    @Test(arguments: [
        ("", "1:1"), ("  ", "1:3"), ("[1,]", "1:4"), ("[1 2]", "1:4"), ("{\"a\" 1}", "1:6"), ("{\"a\":1,}", "1:8"),
        ("{a:1}", "1:2"), ("[\n  01]", "2:3"), ("1.", "1:3"), ("1.e1", "1:3"), (".5", "1:1"), ("+1", "1:1"),
        ("-", "1:2"),
        ("1e", "1:3"), ("tru", "1:1"), ("nul", "1:1"), ("truE", "1:1"), ("true false", "1:6"), ("\"a", "1:1"),
        ("\"\\", "1:1"), ("\"\\x\"", "1:2"), ("\"\\u12\"", "1:2"), ("\"\\ud800\"", "1:2"),
        ("\"\\ud800\\u0041\"", "1:2"),
        ("\"\\udc00\"", "1:2"), ("\"a\tb\"", "1:3"), ("\"a\nb\"", "1:3"), ("'a'", "1:1"), ("[", "1:2"), ("{", "1:2"),
        ("{\"a\"", "1:5"), ("]", "1:1"), ("}", "1:1"), ("[}", "1:2"), ("{]", "1:2"), ("[1}", "1:3"),
        ("{\"a\":1]", "1:7"),
        ("{\"a\":1,\r\n \"a\":2}", "2:2"), ("NaN", "1:1"), ("// x", "1:1"), ("\u{FEFF}1", "1:1"), ("1e99999", "1:1"),
        ("{\"\\u0061\":1,\"a\":2}", "1:13"), ("\0", "1:1"), ("{\"a\":1,,\"b\":2}", "1:8"),
    ])
    func `what is no JSON is refused at its place`(text: String, place: String) {
        #expect {
            try read(text)
        } throws: { error in
            "\(error)".hasPrefix("a.json:\(place): ")
        }
    }

    @Test(arguments: [
        [0xFF], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
        [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xE2, 0x82], [0x22, 0xF8, 0x88, 0x80, 0x80, 0x80, 0x22],
    ])
    func `invalid UTF-8 is refused`(bytes: [UInt8]) {
        #expect { try JSON.read(bytes) } throws: { "\($0)".contains("invalid UTF-8") }
    }

    @Test func `a budget ends the reading`() {
        let small = Budget(bytes: 100, depth: 3, nodes: 5, documents: 1)
        #expect(throws: Never.self) { try read("[[[1]]]", budget: small) }
        #expect { try read("[[[[1]]]]", budget: small) } throws: { "\($0)".contains("deeper than 3") }
        #expect { try read("[1,2,3,4,5]", budget: small) } throws: { "\($0)".contains("more than 5 values") }
        #expect { try read("\"" + String(repeating: "a", count: 200) + "\"", budget: small) } throws: {
            "\($0)".contains("more than 100 bytes")
        }
        #expect { try read(String(repeating: "[", count: 1_000_000)) } throws: { "\($0)".contains("deeper than") }
    }

    @Test func `a large map has its duplicates found too`() throws {
        let pairs = (0..<5000).map { "\"key-\($0)\": {\"x\": \($0)}" }
        let value = try read("{" + pairs.joined(separator: ",") + "}")
        #expect(value["key-4999"]?["x"] == 4999)
        for duplicate in [0, 15, 16, 17, 4998] {
            let text = "{" + pairs.joined(separator: ",") + ",\"key-\(duplicate)\":1}"
            #expect { try read(text) } throws: { "\($0)".contains("duplicate key \"key-\(duplicate)\"") }
        }
    }

    @Test func `keys that Swift calls equal are two keys`() throws {
        let object = try read("{\"caf\u{E9}\": 1, \"cafe\u{301}\": 2}").objectValue
        #expect(object?.count == 2)
    }
}
