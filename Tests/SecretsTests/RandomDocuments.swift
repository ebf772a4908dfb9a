// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Documents with everything that a format can say, the same for the same number.
struct RandomDocuments: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 ^ 0x5EED }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    private mutating func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }
    private mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    /// Without two things that SOPS 3.11 itself does not bring back: `<<` as a text, and spaces that a text of several
    /// lines in a list begins with.
    private static let words = [
        "", " ", "a", "plain words", "yes", "no", "on", "null", "~", "true", "0", "007", "1e3", "-1", "12:30",
        "2026-01-02",
        "a: b", "# no comment", "trailing ", " leading", "tab\there", "quote\"s and 'apostrophes'", "back\\slash",
        "line\nbreaks\n", "\n\nblank lines", "no break at the end\nhere", "more\n    indented\n", "trailing\n\n\n",
        "- dash", "{brace", "[bracket", "%percent", "@at", "`tick", "!bang", "&amp", "*star", "| pipe", "> more",
        "ünïcödé", "日本語", "🔐", "\u{2028}separator", "null\u{0}byte", "bell\u{7}", "carriage\r\nreturn", "ENC[no]",
        "ENC[AES256_GCM,data:x]", "=", "?", ":", "...", "---", "very long " + String(repeating: "x", count: 300),
    ]

    private static let keys = [
        "name", "password", "with space", "with.dot", "with/slash", "with:colon", "UPPER", "ünï", "123", "true", "null",
        "port_unencrypted", "config_unencrypted", "a", "b", "c", "list", "map", "-", "~", "key#hash",
    ]

    mutating func tree(hasNumbersAs floats: Bool = false) -> Value { map(depth: 0, floats: floats) }

    private mutating func map(depth: Int, floats: Bool) -> Value {
        var object = Object()
        for _ in 0..<(1 + below(5)) {
            object[Text(pick(Self.keys))] = value(depth: depth + 1, floats: floats)
        }
        return .object(object)
    }

    private mutating func value(depth: Int, floats: Bool) -> Value {
        switch below(depth > 3 ? 8 : 11) {
        case 0: return .null
        case 1: return .bool(below(2) == 0)
        case 2:
            return floats
                ? .number(.signed(Int64(below(100_000)))) : .number(.signed(Int64(truncatingIfNeeded: next())))
        case 3:
            return Number(lexeme: pick(["0.5", "-3.25", "1234567.125", "0.0001", "3.141592653589793"])).map {
                .number($0)
            } ?? .null
        case 8, 9: return map(depth: depth, floats: floats)
        case 10:
            var items: [Value] = []
            for _ in 0..<below(4) { items.append(value(depth: depth + 1, floats: floats)) }
            return .array(items)
        default: return .string(Text(pick(Self.words)))
        }
    }

    /// With comments before some of the outer keys.
    mutating func remarked(_ yaml: [UInt8]) -> [UInt8] {
        var text = ""
        for line in String(decoding: yaml, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
            let isKey = line.first.map { $0 != " " && $0 != "-" } ?? false
            if isKey, below(2) == 0 { text += "# remark \(below(9)) about it\n" }
            text += line + "\n"
        }
        return Array(text.dropLast().utf8)
    }

    /// `NAME=value` lines, with comments.
    mutating func dotenv() -> [UInt8] {
        var text = ""
        for index in 0..<(1 + below(6)) {
            if below(4) == 0 { text += "# comment \(index)\n" }
            var word = ""
            for scalar in pick(Self.words).unicodeScalars where scalar != "\r" && scalar != "\0" && scalar != "\\" {
                if scalar == "\n" { word += "\\n" } else { word.unicodeScalars.append(scalar) }
            }
            text += "NAME_\(index)=\(word)\n"
        }
        return Array(text.utf8)
    }

    mutating func ini() -> [UInt8] {
        var text = below(2) == 0 ? "top = 1\n" : ""
        for section in 0..<(1 + below(3)) {
            text += "\n; about \(section)\n[section \(section)]\n"
            for index in 0..<below(5) {
                if below(4) == 0 { text += "# comment \(index)\n" }
                text +=
                    "key\(index) = \(pick(["plain", "two words", "a=b", "x: y", "'quoted", "ünï", "1", "", "100%"]))\n"
            }
        }
        return Array(text.utf8)
    }

    mutating func bytes() -> [UInt8] { (0..<below(2000)).map { _ in UInt8(truncatingIfNeeded: next()) } }
}
