// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import TestSupport
import Testing

@Suite struct YAMLWriterTests {
    @Test func `reads like kubectl's`() {
        let value: Value = [
            "apiVersion": "v1", "empty": [], "none": .null, "data": ["b": "two\nlines\n", "a": "0777", "y": "on"],
            "list": [["name": "x", "ports": [1, 2]], "plain text", "- odd", ["nested"]],
        ]
        let text = """
            apiVersion: v1
            empty: []
            none: null
            data:
              b: |
                two
                lines
              a: '0777'
              'y': 'on'
            list:
            - name: x
              ports:
              - 1
              - 2
            - plain text
            - '- odd'
            - - nested

            """
        #expect(String(decoding: YAML.write(value), as: UTF8.self) == text)
    }

    @Test func `a secret is never written`() {
        let bytes = YAML.write(["a": .secret(Secret("canary-4711"))])
        #expect(!String(decoding: bytes, as: UTF8.self).contains("canary"))
    }

    @Test(arguments: 0..<400)
    func `reads back what it wrote`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let value = Self.value(depth: 4, &random)
        let bytes = YAML.write(value)
        let back = try YAML.read(bytes).first?.value
        #expect(back ?? .null == value, "\(String(decoding: bytes, as: UTF8.self))")
        if let back { #expect(YAML.write(back) == bytes) }
    }

    private static let pieces: [String] = [
        "a", " ", "\n", "\t", "-", ": ", "#", " #", "'", "\"", "\\", "y", "no", "0x1", "1e3", "é", "e\u{301}", "😀",
        "\u{0}", "\u{85}", "\u{2028}", "\u{FEFF}", "\r", "---", "...", "[", "{", "&", "*", "!", "|", ">", "%", "@", "`",
        "null", "~", "2026-11-23", "<<", "=", "\u{7F}", ",", "?",
    ]

    private static func text(_ random: inout SplitMix) -> Text {
        Text(
            (0..<Int.random(in: 0...5, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        )
    }

    private static func value(depth: Int, _ random: inout SplitMix) -> Value {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .number(Number(Int64.random(in: .min ... .max, using: &random)))
        case 3, 4: return .string(text(&random))
        case 5: return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth: depth - 1, &random) })
        default:
            var object = Object()
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                object[text(&random)] = value(depth: depth - 1, &random)
            }
            return .object(object)
        }
    }
}
