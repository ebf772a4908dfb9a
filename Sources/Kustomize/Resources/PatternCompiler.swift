// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Compiles a regular expression to a program for ``PatternMatcher``.
struct PatternCompiler {
    private static let sizeLimit = 20_000
    private static let repeatLimit = 1000
    private static let depthLimit = 100

    private let pattern: [UInt8]
    private var index = 0
    private var depth = 0

    static func compile(_ pattern: [UInt8]) throws(PatternError) -> [Pattern.Instruction] {
        var compiler = PatternCompiler(pattern: pattern)
        let program = try compiler.alternatives()
        guard compiler.index == pattern.count else { throw PatternError(reason: "a ) that closes nothing") }
        return program + [.match]
    }

    private init(pattern: [UInt8]) { self.pattern = pattern }

    private var next: UInt8? { index < pattern.count ? pattern[index] : nil }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        index += 1
        return true
    }

    private mutating func alternatives() throws(PatternError) -> [Pattern.Instruction] {
        var program = try sequence()
        while take("|") {
            let other = try sequence()
            program =
                [.split(1, program.count + 2)] + Self.shifted(program, by: 1)
                + [.jump(program.count + 2 + other.count)] + Self.shifted(other, by: program.count + 2)
            try check(program)
        }
        return program
    }

    private mutating func sequence() throws(PatternError) -> [Pattern.Instruction] {
        var program: [Pattern.Instruction] = []
        while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            let piece = try repeated(try atom())
            program += Self.shifted(piece, by: program.count)
            try check(program)
        }
        return program
    }

    private mutating func atom() throws(PatternError) -> [Pattern.Instruction] {
        guard let byte = next else { return [] }
        index += 1
        switch byte {
        case UInt8(ascii: "("): return try group()
        case UInt8(ascii: "["): return [.set(try byteClass())]
        case UInt8(ascii: "."): return [.any]
        case UInt8(ascii: "^"): return [.start]
        case UInt8(ascii: "$"): return [.end]
        case UInt8(ascii: "\\"): return [try escape()]
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
            throw PatternError(reason: "\(UnicodeScalar(byte)) has nothing to repeat")
        default: return [.byte(byte)]
        }
    }

    private mutating func group() throws(PatternError) -> [Pattern.Instruction] {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw PatternError(reason: "groups nested too deep") }
        if take("?") {
            if take("P") || next == UInt8(ascii: "<") {
                guard take("<") else { throw PatternError(reason: "an unknown group") }
                while let byte = next, byte != UInt8(ascii: ">") { index += 1 }
                guard take(">") else { throw PatternError(reason: "a group's name is not closed") }
            } else if !take(":") {
                throw PatternError(reason: "flags in groups are not known here")
            }
        }
        let inner = try alternatives()
        guard take(")") else { throw PatternError(reason: "a ( that is not closed") }
        return inner
    }

    private mutating func escape() throws(PatternError) -> Pattern.Instruction {
        guard let byte = next else { throw PatternError(reason: "a backslash at the end") }
        index += 1
        switch byte {
        case UInt8(ascii: "b"): return .wordBoundary(true)
        case UInt8(ascii: "B"): return .wordBoundary(false)
        case UInt8(ascii: "A"): return .start
        case UInt8(ascii: "z"): return .end
        default:
            if let set = Self.set(ofEscape: byte) { return .set(set) }
            return .byte(Self.literal(ofEscape: byte))
        }
    }

    private static func literal(ofEscape byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "t"): 9
        case UInt8(ascii: "r"): 13
        case UInt8(ascii: "f"): 12
        case UInt8(ascii: "v"): 11
        default: byte
        }
    }

    private static func set(ofEscape byte: UInt8) -> ByteSet? {
        switch byte {
        case UInt8(ascii: "d"): .digits
        case UInt8(ascii: "D"): ByteSet.digits.inverted
        case UInt8(ascii: "w"): .word
        case UInt8(ascii: "W"): ByteSet.word.inverted
        case UInt8(ascii: "s"): .space
        case UInt8(ascii: "S"): ByteSet.space.inverted
        default: nil
        }
    }

    private mutating func byteClass() throws(PatternError) -> ByteSet {
        let isNegated = take("^")
        var set = ByteSet()
        var isFirst = true
        while true {
            guard let byte = next else { throw PatternError(reason: "a [ that is not closed") }
            if byte == UInt8(ascii: "]"), !isFirst {
                index += 1
                return isNegated ? set.inverted : set
            }
            isFirst = false
            index += 1
            var low = byte
            if byte == UInt8(ascii: "\\") {
                guard let escaped = next else { throw PatternError(reason: "a backslash at the end") }
                index += 1
                if let known = Self.set(ofEscape: escaped) {
                    set.formUnion(known)
                    continue
                }
                low = Self.literal(ofEscape: escaped)
            }
            var high = low
            if next == UInt8(ascii: "-"), index + 1 < pattern.count, pattern[index + 1] != UInt8(ascii: "]") {
                high = pattern[index + 1]
                index += 2
                guard high >= low else { throw PatternError(reason: "a range that runs backwards") }
            }
            set.insert(low...high)
        }
    }

    private mutating func repeated(_ piece: [Pattern.Instruction]) throws(PatternError) -> [Pattern.Instruction] {
        var bounds: (least: Int, most: Int?)
        if take("*") {
            bounds = (0, nil)
        } else if take("+") {
            bounds = (1, nil)
        } else if take("?") {
            bounds = (0, 1)
        } else if next == UInt8(ascii: "{"), let counted = counts() {
            bounds = counted
        } else {
            return piece
        }
        // Lazy or greedy: whether something matches is the same.
        _ = take("?")
        guard bounds.least <= Self.repeatLimit, (bounds.most ?? 0) <= Self.repeatLimit,
            bounds.most.map({ $0 >= bounds.least }) ?? true
        else { throw PatternError(reason: "a count that is too large") }
        var program: [Pattern.Instruction] = []
        for _ in 0..<bounds.least {
            program += Self.shifted(piece, by: program.count)
            try check(program)
        }
        if let most = bounds.most {
            for _ in bounds.least..<most {
                let start = program.count
                program += [.split(start + 1, start + 1 + piece.count)] + Self.shifted(piece, by: start + 1)
                try check(program)
            }
        } else {
            let start = program.count
            program +=
                [.split(start + 1, start + 2 + piece.count)] + Self.shifted(piece, by: start + 1) + [.jump(start)]
        }
        return program
    }

    /// `{2}`, `{2,}`, `{2,5}`; `nil` when the brace is an ordinary letter.
    private mutating func counts() -> (least: Int, most: Int?)? {
        let before = index
        index += 1
        guard let least = number() else {
            index = before
            return nil
        }
        if take("}") { return (least, least) }
        if take(",") {
            if take("}") { return (least, nil) }
            if let most = number(), take("}") { return (least, most) }
        }
        index = before
        return nil
    }

    private mutating func number() -> Int? {
        let start = index
        while let byte = next, byte &- UInt8(ascii: "0") <= 9, index - start < 5 { index += 1 }
        return Int(String(decoding: pattern[start..<index], as: UTF8.self))
    }

    private func check(_ program: [Pattern.Instruction]) throws(PatternError) {
        guard program.count <= Self.sizeLimit else { throw PatternError(reason: "it is too large") }
    }

    private static func shifted(_ program: [Pattern.Instruction], by offset: Int) -> [Pattern.Instruction] {
        program.map { instruction in
            switch instruction {
            case .split(let a, let b): .split(a + offset, b + offset)
            case .jump(let target): .jump(target + offset)
            default: instruction
            }
        }
    }
}
