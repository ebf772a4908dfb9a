// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import TestSupport

/// Makes values that are as nasty as they can be while small.
struct RandomValues {
    var generator: SplitMix

    init(seed: UInt64) { generator = SplitMix(seed: seed) }

    mutating func value(depth: Int = 4) -> Value {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .number(number())
        case 3...5: return .string(text())
        case 6...7: return .array((0..<count()).map { _ in value(depth: depth - 1) })
        default:
            var object = Object()
            for _ in 0..<count() { object[text()] = value(depth: depth - 1) }
            return .object(object)
        }
    }

    private mutating func count() -> Int {
        Int.random(in: 0..<20, using: &generator) == 0 ? 40 : Int.random(in: 0...4, using: &generator)
    }

    mutating func number() -> Number {
        let lexemes = [
            "0", "-0", "1.50", "1e3", "-1E+5", "1e400", "-1e-400", "18446744073709551615", "18446744073709551616",
            "-9223372036854775808", "-9223372036854775809", "123456789012345678901234567890.5", "0.1", "1e22",
        ]
        if Bool.random(using: &generator), let lexeme = lexemes.randomElement(using: &generator) {
            return Number(lexeme: lexeme) ?? Number(0 as Int64)
        }
        return Number(Int64.random(in: .min ... .max, using: &generator) >> Int64.random(in: 0..<64, using: &generator))
    }

    mutating func text() -> Text {
        let whole = [
            "y", "on", "1e3", "0777", "0x1f", "~", "null", "", " ", "-", "?", ":", "- a", "a: b", "a #b", "#",
            "2001-01-01",
            "12:30", "<<", "=", "...", "---", "--- a", "a:", "\n", "\n\n", " \n", "\n a", "a\n", "a\n\n", "a\n b\n",
            "a \nb",
            "\ta", "a\tb\nc", "a\n\tb", "a\r\nb", "\u{85}", "\u{2028}x", "\u{FEFF}", "\u{1F600}", "e\u{301}", "\u{0}",
            "'", "\"", "it's", "{{ .x }}", "[a]", "*a", "&a", "!a", "|", ">", "%", "@", "`", ".5", "1_000", "0b1",
            "a\n ",
            "a, b", "{", "? a", "?a", ":a", "-a", "a\n\nb\n", "  a\n", "\n\n a\n", "\u{7F}", "#a\nb", "a\n#b\n",
            "a\n...\nb",
            "a\n---\nb\n", "\t", "\t\n", "a\n\t", " a", "a ",
        ]
        if Int.random(in: 0..<3, using: &generator) > 0, let text = whole.randomElement(using: &generator) {
            return Text(text)
        }
        let scalars: [Unicode.Scalar] = [
            "a", "b", "0", "1", " ", " ", "\n", "\n", "\t", ":", "-", "#", "'", "\"", "\\", ",", "[", "{", "&", "*",
            "!", "|",
            "?", "é", "ü", "\u{301}", "\u{1F600}", "\u{85}", "\u{A0}", "\u{2029}", "\r", "\u{1}", "\u{FFFF}",
            "\u{D7FF}", "%",
        ]
        let isLong = Int.random(in: 0..<30, using: &generator) == 0
        var view = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<(isLong ? 400 : 12), using: &generator) {
            if let scalar = scalars.randomElement(using: &generator) { view.append(scalar) }
        }
        return Text(String(view))
    }
}
