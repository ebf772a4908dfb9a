// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A regular expression in the part of Go's syntax that selectors use, matched in time proportional to the text: a
/// stranger's pattern cannot hang a build.
///
/// Known are literals, `.`, classes, `\d \w \s \b` and their opposites, groups, `|`, `* + ? {n,m}`, `^` and `$`.
struct Pattern: Sendable {
    /// What a program's instruction does; jumps are to indices.
    enum Instruction: Sendable {
        case byte(UInt8)
        case any
        case set(ByteSet)
        case split(Int, Int)
        case jump(Int)
        case start
        case end
        case wordBoundary(Bool)
        case match
    }

    private enum Form {
        case literal(Text)
        case program([Instruction])
    }

    private let form: Form
    private let isAnchored: Bool

    /// - Parameter anchored: whether the whole text must fit, rather than a part of it.
    init(_ text: Text, anchored: Bool) throws(PatternError) {
        isAnchored = anchored
        if anchored, !text.utf8.contains(where: Self.isSpecial) {
            form = .literal(text)
        } else {
            form = .program(try PatternCompiler.compile(Array(text.utf8)))
        }
    }

    func matches(_ text: Text) -> Bool {
        switch form {
        case .literal(let literal): return literal == text
        case .program(let program):
            return text.withBytes { PatternMatcher(program: program, isAnchored: isAnchored).matches($0) }
        }
    }

    /// Steps that it takes to match a text, at most.
    func work(on text: Text) -> Int {
        switch form {
        case .literal: 0
        case .program(let program): (program.count * (text.utf8.count + 1)) >> 3
        }
    }

    /// The only text that fits, when the pattern is one.
    var exactText: Text? {
        if case .literal(let text) = form { text } else { nil }
    }

    static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "*"), UInt8(ascii: "?"),
            UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "|"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "^"), UInt8(ascii: "$"):
            true
        default: false
        }
    }
}

struct PatternError: Error {
    var reason: String
}

/// A set of bytes.
struct ByteSet: Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    mutating func insert(_ range: ClosedRange<UInt8>) {
        for byte in range {
            let bit = UInt64(1) << UInt64(byte & 63)
            switch byte >> 6 {
            case 0: words.0 |= bit
            case 1: words.1 |= bit
            case 2: words.2 |= bit
            default: words.3 |= bit
            }
        }
    }

    mutating func formUnion(_ other: ByteSet) {
        words = (
            words.0 | other.words.0, words.1 | other.words.1, words.2 | other.words.2, words.3 | other.words.3
        )
    }

    var inverted: ByteSet {
        var set = ByteSet()
        set.words = (~words.0, ~words.1, ~words.2, ~words.3)
        return set
    }

    func contains(_ byte: UInt8) -> Bool {
        let word =
            switch byte >> 6 {
            case 0: words.0
            case 1: words.1
            case 2: words.2
            default: words.3
            }
        return word & (1 << UInt64(byte & 63)) != 0
    }

    static let digits = of(UInt8(ascii: "0")...UInt8(ascii: "9"))
    static let word: ByteSet = {
        var set = digits
        set.insert(UInt8(ascii: "a")...UInt8(ascii: "z"))
        set.insert(UInt8(ascii: "A")...UInt8(ascii: "Z"))
        set.insert(UInt8(ascii: "_")...UInt8(ascii: "_"))
        return set
    }()
    static let space: ByteSet = {
        var set = of(9...10)
        set.insert(12...13)
        set.insert(32...32)
        return set
    }()

    private static func of(_ range: ClosedRange<UInt8>) -> ByteSet {
        var set = ByteSet()
        set.insert(range)
        return set
    }
}
