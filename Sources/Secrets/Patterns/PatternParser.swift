// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Reads a pattern and compiles it.
struct PatternParser {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var flags = Flags()
    private var depth = 0
    private var steps: [PatternStep] = []

    /// Steps of a program: repetitions are written out.
    static let stepLimit = 10_000
    private static let depthLimit = 100
    /// RE2's own.
    private static let repetitionLimit = 1000

    private struct Flags {
        var foldsCase = false
        var isMultiline = false
        var dotTakesBreaks = false
    }

    init(_ source: Text) { scalars = Array(source.string.unicodeScalars) }

    mutating func program() throws(SecretsError) -> [PatternStep] {
        try alternation()
        guard index == scalars.count else { throw failure("a parenthesis too many") }
        try emit(.match)
        return steps
    }

    private func failure(_ reason: String) -> SecretsError {
        SecretsError(.malformed, "the regular expression cannot be read: \(reason)")
    }

    private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        index += 1
        return true
    }

    private mutating func emit(_ step: PatternStep) throws(SecretsError) {
        guard steps.count < Self.stepLimit else { throw failure("it is too large") }
        steps.append(step)
    }

    private mutating func alternation() throws(SecretsError) {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw failure("it is nested too deeply") }
        var ends: [Int] = []
        while true {
            let start = steps.count
            try sequence()
            guard take("|") else { break }
            // This choice, or what follows it.
            try insert(.split(start + 1, steps.count + 2), at: start)
            ends.append(steps.count)
            try emit(.jump(0))
        }
        for end in ends { steps[end] = .jump(steps.count) }
    }

    private mutating func sequence() throws(SecretsError) {
        while let scalar = next, scalar != "|", scalar != ")" {
            let start = steps.count
            try atom()
            try repetitions(of: start)
        }
    }

    /// Puts a step before others, whose targets move.
    private mutating func insert(_ step: PatternStep, at start: Int) throws(SecretsError) {
        try emit(.match)
        let moved = steps[start..<(steps.count - 1)].map { Self.shifted($0, by: 1, from: start) }
        steps.replaceSubrange(start..<steps.count, with: [step] + moved)
    }

    private static func shifted(_ step: PatternStep, by count: Int, from start: Int) -> PatternStep {
        func shift(_ target: Int) -> Int { target >= start ? target + count : target }
        return switch step {
        case .jump(let target): .jump(shift(target))
        case .split(let a, let b): .split(shift(a), shift(b))
        case .scalar, .assert, .match: step
        }
    }

    // MARK: Repetition

    private mutating func repetitions(of start: Int) throws(SecretsError) {
        var count = 0
        while let (least, most) = try repetition() {
            count += 1
            guard count == 1 else { throw failure("a repetition of a repetition") }
            // Whether it takes as much or as little as it can makes no difference to whether it matches.
            _ = take("?")
            let body = Array(steps[start...])
            steps.removeSubrange(start...)
            for _ in 0..<least { try append(body, from: start) }
            if let most {
                guard most > least else { continue }
                let first = steps.count
                let length = body.count + 1
                let end = first + (most - least) * length
                for copy in 0..<(most - least) {
                    try emit(.split(first + copy * length + 1, end))
                    try append(body, from: start)
                }
            } else {
                let loop = steps.count
                try emit(.split(loop + 1, loop + body.count + 2))
                try append(body, from: start)
                try emit(.jump(loop))
            }
        }
    }

    private mutating func append(_ body: [PatternStep], from start: Int) throws(SecretsError) {
        let offset = steps.count - start
        for step in body { try emit(Self.shifted(step, by: offset, from: start)) }
    }

    private mutating func repetition() throws(SecretsError) -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard next == "{", let (least, most, end) = counts() else { return nil }
        guard least <= Self.repetitionLimit, (most ?? 0) <= Self.repetitionLimit, least <= most ?? least else {
            throw failure("a repetition count")
        }
        index = end
        return (least, most)
    }

    /// `{2}`, `{2,}` or `{2,5}`; anything else is the text itself.
    private func counts() -> (Int, Int?, Int)? {
        guard let close = scalars[index...].firstIndex(of: "}") else { return nil }
        let text = String(String.UnicodeScalarView(scalars[(index + 1)..<close]))
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard let first = parts.first, let least = Int(first), least >= 0, first.utf8.count <= 5 else { return nil }
        switch parts.count {
        case 1: return (least, least, close + 1)
        case 2 where parts[1].isEmpty: return (least, nil, close + 1)
        case 2:
            guard let most = Int(parts[1]), most >= 0, parts[1].utf8.count <= 5 else { return nil }
            return (least, most, close + 1)
        default: return nil
        }
    }

    // MARK: Atoms

    private mutating func atom() throws(SecretsError) {
        let scalar = scalars[index]
        index += 1
        switch scalar {
        case "(": try group()
        case "[": try emit(.scalar(try characterClass()))
        case ".": try emit(.scalar(flags.dotTakesBreaks ? .any : .notBreak))
        case "^": try emit(.assert(flags.isMultiline ? .lineStart : .textStart))
        case "$": try emit(.assert(flags.isMultiline ? .lineEnd : .textEnd))
        case "\\": try escape()
        case "*", "+", "?": throw failure("a repetition of nothing")
        default: try emitScalar(ScalarSet(scalar))
        }
    }

    private mutating func emitScalar(_ set: ScalarSet) throws(SecretsError) {
        var set = set
        set.foldsCase = flags.foldsCase
        try emit(.scalar(set))
    }

    private mutating func group() throws(SecretsError) {
        let outer = flags
        if take("?") {
            if try isName() {
                // The name of a group says nothing about what matches.
            } else if try setFlags() {
                return
            }
        }
        try alternation()
        guard take(")") else { throw failure("a parenthesis is not closed") }
        flags = outer
    }

    private mutating func isName() throws(SecretsError) -> Bool {
        let start = index
        _ = take("P")
        guard take("<") else {
            index = start
            return false
        }
        guard let close = scalars[index...].firstIndex(of: ">") else { throw failure("the name of a group") }
        index = close + 1
        return true
    }

    /// True when the flags are for the rest of the group around: `(?i)`.
    private mutating func setFlags() throws(SecretsError) -> Bool {
        var isOn = true
        while let scalar = next {
            index += 1
            switch scalar {
            case "i": flags.foldsCase = isOn
            case "m": flags.isMultiline = isOn
            case "s": flags.dotTakesBreaks = isOn
            case "U": break
            case "-": isOn = false
            case ":": return false
            case ")": return true
            default: throw failure("\"(?\(scalar)\" is not supported")
            }
        }
        throw failure("a parenthesis is not closed")
    }

    private mutating func escape() throws(SecretsError) {
        guard let scalar = next else { throw failure("it ends with a backslash") }
        let places: [Unicode.Scalar: PatternPlace] = [
            "b": .wordEdge, "B": .notWordEdge, "A": .textStart, "z": .textEnd,
        ]
        if let place = places[scalar] {
            index += 1
            return try emit(.assert(place))
        }
        try emitScalar(try escapedSet())
    }

    /// What stands behind a backslash, also in brackets.
    private mutating func escapedSet() throws(SecretsError) -> ScalarSet {
        guard let scalar = next else { throw failure("it ends with a backslash") }
        index += 1
        switch scalar {
        case "d": return .digit
        case "D": return ScalarSet.digit.inverted
        case "w": return .word
        case "W": return ScalarSet.word.inverted
        case "s": return .space
        case "S": return ScalarSet.space.inverted
        case "n": return ScalarSet("\n")
        case "t": return ScalarSet("\t")
        case "r": return ScalarSet("\r")
        case "f": return ScalarSet("\u{C}")
        case "v": return ScalarSet("\u{B}")
        case "a": return ScalarSet("\u{7}")
        case "x": return ScalarSet(try hexadecimal())
        default:
            guard scalar.isASCII, !ScalarSet.word.contains(scalar) else {
                throw failure("\"\\\(scalar)\" is not supported")
            }
            return ScalarSet(scalar)
        }
    }

    private mutating func hexadecimal() throws(SecretsError) -> Unicode.Scalar {
        var digits = ""
        if take("{") {
            while let scalar = next, scalar != "}", digits.utf8.count < 7 {
                digits.unicodeScalars.append(scalar)
                index += 1
            }
            guard take("}") else { throw failure("a number in \"\\x{}\"") }
        } else {
            for scalar in scalars[index...].prefix(2) { digits.unicodeScalars.append(scalar) }
            index += digits.unicodeScalars.count
        }
        guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
            throw failure("a number behind \"\\x\"")
        }
        return scalar
    }

    private mutating func characterClass() throws(SecretsError) -> ScalarSet {
        var set = ScalarSet([])
        set.foldsCase = flags.foldsCase
        set.isNegated = take("^")
        var isFirst = true
        while let scalar = next, isFirst || scalar != "]" {
            isFirst = false
            if let named = try namedClass() {
                set.ranges += named
                continue
            }
            index += 1
            let low = scalar == "\\" ? try escapedSet() : ScalarSet(scalar)
            guard next == "-", index + 1 < scalars.count, scalars[index + 1] != "]", !low.isNegated,
                low.ranges.count == 1, let first = low.ranges.first, first.count == 1
            else {
                set.ranges += low.explicitRanges
                continue
            }
            index += 1
            let end = scalars[index]
            index += 1
            let high = end == "\\" ? try escapedSet() : ScalarSet(end)
            guard let last = high.ranges.first, high.ranges.count == 1, first.lowerBound <= last.lowerBound else {
                throw failure("a range in brackets")
            }
            set.ranges.append(first.lowerBound...last.upperBound)
        }
        guard take("]") else { throw failure("a bracket is not closed") }
        return set
    }

    /// `[:alpha:]` in brackets.
    private mutating func namedClass() throws(SecretsError) -> [ClosedRange<UInt32>]? {
        guard next == "[", index + 1 < scalars.count, scalars[index + 1] == ":" else { return nil }
        guard let close = scalars[(index + 2)...].firstIndex(of: "]"), scalars[close - 1] == ":" else { return nil }
        let name = String(String.UnicodeScalarView(scalars[(index + 2)..<(close - 1)]))
        let classes: [String: ScalarSet] = [
            "alnum": ScalarSet([0x30...0x39, 0x41...0x5A, 0x61...0x7A]),
            "alpha": ScalarSet([0x41...0x5A, 0x61...0x7A]),
            "digit": .digit, "lower": ScalarSet([0x61...0x7A]), "upper": ScalarSet([0x41...0x5A]),
            "space": ScalarSet([0x09...0x0D, 0x20...0x20]), "word": .word,
            "xdigit": ScalarSet([0x30...0x39, 0x41...0x46, 0x61...0x66]),
            "punct": ScalarSet([0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E]),
        ]
        guard let set = classes[name] else { throw failure("\"[:\(name):]\" is not supported") }
        index = close + 1
        return set.ranges
    }
}
