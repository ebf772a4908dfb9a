// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

/// The table of what plain scalars mean, checked word for word against `kubectl`.
@Suite struct YAMLScalarTests {
    private func read(_ scalar: String) throws -> Value {
        let documents = try YAML.read(Array("a: \(scalar)\n".utf8))
        return try #require(documents.first?.value["a"])
    }

    private func readKey(_ scalar: String) throws -> Text? {
        try YAML.read(Array("\(scalar): 1\n".utf8)).first?.value.objectValue?.keys.first
    }

    @Test(arguments: [
        "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON", "!!bool y", "!!bool 'on'",
    ])
    func `these are true`(scalar: String) throws {
        #expect(try read(scalar) == true)
    }

    @Test(arguments: ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF", "!!bool n"])
    func `these are false`(scalar: String) throws {
        #expect(try read(scalar) == false)
    }

    @Test(arguments: ["", "~", "null", "Null", "NULL", "!!null ''", "!!null ~", "!!null", "# comment"])
    func `these are null`(scalar: String) throws {
        #expect(try read(scalar) == .null)
    }

    @Test(arguments: [
        ("0", Int64(0)), ("-0", 0), ("+0", 0), ("00", 0), ("7", 7), ("+7", 7), ("-7", -7), ("007", 7), ("0777", 511),
        ("-0777", -511), ("0o17", 15), ("0O17", 15), ("-0o17", -15), ("0x1F", 31), ("0X1f", 31), ("+0x1f", 31),
        ("-0x1f", -31), ("0b101", 5), ("0B101", 5), ("-0b101", -5), ("+0b1", 1), ("1_000", 1000), ("1__0_", 10),
        ("0_7", 7), ("0x_f_f", 255), ("9223372036854775807", .max), ("-9223372036854775808", .min),
        ("-0x8000000000000000", .min), ("!!int 12", 12), ("!!int '12'", 12), ("-0_", 0),
        ("1234567890123456789", 1_234_567_890_123_456_789), ("08", 8), ("09", 9), ("-08", -8), ("019", 19),
    ])
    func `these are integers`(scalar: String, value: Int64) throws {
        let number = try #require(try read(scalar).numberValue)
        #expect(number == .signed(value))
        #expect(number.lexeme == String(value))
    }

    @Test func `integers up to the largest unsigned one are kept`() throws {
        for scalar in ["18446744073709551615", "0xFFFFFFFFFFFFFFFF", "01777777777777777777777"] {
            #expect(try read(scalar) == .number(.unsigned(.max)))
        }
        #expect(try read("9223372036854775808") == .number(.unsigned(1 << 63)))
    }

    @Test(arguments: [
        ("1.5", "1.5"), ("-1.50", "-1.50"), ("+1.5", "1.5"), ("1.", "1.0"), (".5", "0.5"), ("-.5", "-0.5"),
        ("+.5", "0.5"), ("1e3", "1e3"), ("1E+3", "1E+3"), ("1.e5", "1.0e5"), (".5e-3", "0.5e-3"), ("00.5", "0.5"),
        ("08.50", "8.50"), ("1_0.5", "10.5"), ("12e03", "12e03"), ("1e-400", "1e-400"), (".5_0", "0.50"),
        ("!!float 1.5", "1.5"),
        ("!!float 1", "1"), ("18446744073709551616", "18446744073709551616"),
        ("-9223372036854775809", "-9223372036854775809"), ("0.0", "0.0"), ("-0.0", "-0.0"),
        (
            "1.7976931348623157e308",
            "1.7976931348623157e308"
        ),
    ])
    func `these are decimal numbers`(scalar: String, lexeme: String) throws {
        #expect(try read(scalar).numberValue?.lexeme == lexeme)
    }

    @Test(arguments: [
        "2001-01-01", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43", "12:30", "12:30:45", "190:20:30.15",
        "1.2.3",
        "10.0.0.1", "+", "--1", "1-1", "0x", "0b", "0o", "0b2", "0o8", "0xg", "0x1.8", "0x1p4", "1e400", "-1e400", "e3",
        ".e3", "-.", "+.", ".", "..", "...a", "_1", "1a", "1e", "1e+", "1.5.", "._5", ".5_", ".5__0", "yEs", "tRUE",
        "oN", "nULL",
        "nil", "None", "Infinity", "inf", "nan", ".iNF", "-.nan", "<<", "=", "0b102", "100m", "1Gi", "1 2", "v1", "1/2",
        "0x-1", "1e5e5", "truE", "yes!", "abcdef", "deadbeef", "-a", "+a", "true ish",
        "! 12", "!!str 1", "!!str yes", "!!str", "'1'", "\"true\"", "'~'", "!!timestamp 2001-01-01", "\"\"",
    ])
    func `these are text`(scalar: String) throws {
        guard case .string(let text) = try read(scalar) else {
            Issue.record("\(scalar) is no text")
            return
        }
        let bare = scalar.replacing("!!str", with: "").replacing("!!timestamp ", with: "").replacing("! ", with: "")
        #expect(text.string == bare.trimming(["'", "\"", " "]))
    }

    @Test(arguments: [
        ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF",
        "!!float .inf",
        "0x10000000000000000", "0b" + String(repeating: "1", count: 65), "-0xFFFFFFFFFFFFFFFF", "!!int 1.5", "!!int x",
        "!!bool 1", "!!null x", "!!float x", "!!binary x?", "!!binary /w==", "!!set x", "!local x", "!<tag:x,1:y> x",
        "!!int ''",
    ])
    func `these cannot be said`(scalar: String) {
        #expect { try read(scalar) } throws: { "\($0)".hasPrefix("line 1:4: ") }
    }

    @Test func `an octal out of range is decimal, as kubectl has it`() throws {
        #expect(try read("07777777777777777777777777").numberValue?.lexeme == "7777777777777777777777777")
    }

    @Test func `binary is decoded`() throws {
        #expect(try read("!!binary aGVsbG8=") == "hello")
        #expect(try read("!!binary \"aGVs\\nbG8=\"") == "hello")
    }

    @Test(arguments: [
        ("true", "true"), ("yes", "true"), ("n", "false"), ("1", "1"), ("0777", "511"), ("0x1F", "31"), ("1.10", "1.1"),
        ("1.0", "1"), ("1e3", "1000"), ("1e6", "1e+06"), ("1.5e-7", "1.5e-07"), ("123456.5", "123456.5"),
        ("1234567.5", "1.2345675e+06"), ("100000.0", "100000"), ("1000000.0", "1e+06"), ("0.0001", "0.0001"),
        ("0.00001", "1e-05"), ("16777217.0", "1.6777216e+07"), ("-2.50", "-2.5"), ("'1'", "1"),
        ("2001-01-01", "2001-01-01"),
        ("!!str yes", "yes"), ("? a\n", "a"),
    ])
    func `keys become text as kubectl spells it`(scalar: String, key: Text) throws {
        #expect(try readKey(scalar) == key)
    }

    @Test(arguments: ["~", "null", "18446744073709551615", ".inf"])
    func `no key`(scalar: String) {
        #expect(throws: ReadingError.self) { try readKey(scalar) }
    }
}

extension String {
    fileprivate func trimming(_ characters: Set<Character>) -> String {
        var text = self[...]
        while let first = text.first, characters.contains(first) { text.removeFirst() }
        while let last = text.last, characters.contains(last) { text.removeLast() }
        return String(text)
    }
}
