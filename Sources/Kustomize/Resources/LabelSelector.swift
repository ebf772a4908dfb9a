// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A label selector as kubectl reads it: `app=web,tier in (front, back),!legacy`. An empty one chooses everything.
struct LabelSelector {
    private enum Requirement {
        case isIn(Text, [Text])
        case isNotIn(Text, [Text])
        case exists(Text)
        case isAbsent(Text)
        case isAbove(Text, Int64)
        case isBelow(Text, Int64)
    }

    let text: Text
    private var requirements: [Requirement] = []

    init() { text = "" }

    init?(_ text: Text) {
        self.text = text
        var lexer = Lexer(bytes: Array(text.utf8))
        if lexer.isAtEnd { return }
        while true {
            guard let requirement = Self.requirement(&lexer) else { return nil }
            requirements.append(requirement)
            if lexer.isAtEnd { return }
            guard lexer.take(",") else { return nil }
        }
    }

    func matches(_ labels: [Object.Pair]) -> Bool {
        requirements.allSatisfy { requirement in
            func value(_ key: Text) -> Text? { labels.first { $0.key == key }?.value.scalarText }
            switch requirement {
            case .isIn(let key, let values): return value(key).map { values.contains($0) } ?? false
            case .isNotIn(let key, let values): return value(key).map { !values.contains($0) } ?? true
            case .exists(let key): return value(key) != nil
            case .isAbsent(let key): return value(key) == nil
            case .isAbove(let key, let limit):
                return value(key).flatMap { Int64($0.string) }.map { $0 > limit } ?? false
            case .isBelow(let key, let limit):
                return value(key).flatMap { Int64($0.string) }.map { $0 < limit } ?? false
            }
        }
    }

    private static func requirement(_ lexer: inout Lexer) -> Requirement? {
        if lexer.take("!") { return lexer.word().map { .isAbsent($0) } }
        guard let key = lexer.word() else { return nil }
        if lexer.isAtEnd || lexer.isBefore(",") { return .exists(key) }
        if lexer.take("!=") { return .isNotIn(key, [lexer.word() ?? ""]) }
        if lexer.take("==") || lexer.take("=") { return .isIn(key, [lexer.word() ?? ""]) }
        if lexer.take(">") { return lexer.word().flatMap { Int64($0.string) }.map { .isAbove(key, $0) } }
        if lexer.take("<") { return lexer.word().flatMap { Int64($0.string) }.map { .isBelow(key, $0) } }
        switch lexer.word() {
        case "in": return values(&lexer).map { .isIn(key, $0) }
        case "notin": return values(&lexer).map { .isNotIn(key, $0) }
        default: return nil
        }
    }

    private static func values(_ lexer: inout Lexer) -> [Text]? {
        guard lexer.take("(") else { return nil }
        var values: [Text] = []
        while !lexer.take(")") {
            values.append(lexer.word() ?? "")
            if lexer.take(")") { return values }
            guard lexer.take(",") else { return nil }
        }
        return values
    }

    private struct Lexer {
        let bytes: [UInt8]
        var index = 0

        private mutating func skipBlanks() {
            while index < bytes.count, bytes[index] == UInt8(ascii: " ") || (9...13).contains(bytes[index]) {
                index += 1
            }
        }

        var isAtEnd: Bool {
            mutating get {
                skipBlanks()
                return index == bytes.count
            }
        }

        mutating func isBefore(_ mark: StaticString) -> Bool {
            skipBlanks()
            let mark = UnsafeBufferPointer(start: mark.utf8Start, count: mark.utf8CodeUnitCount)
            return bytes[index...].starts(with: mark)
        }

        mutating func take(_ mark: StaticString) -> Bool {
            guard isBefore(mark) else { return false }
            index += mark.utf8CodeUnitCount
            return true
        }

        mutating func word() -> Text? {
            skipBlanks()
            let start = index
            while index < bytes.count, Self.isWord(bytes[index]) { index += 1 }
            return start == index ? nil : Text(String(decoding: bytes[start..<index], as: UTF8.self))
        }

        private static func isWord(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "!"), UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "("),
                UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: " "), 9...13:
                false
            default: true
            }
        }
    }
}
