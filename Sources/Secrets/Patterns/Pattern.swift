// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A regular expression in the syntax of RE2, which SOPS uses. It is tried in time proportional to its own length times
/// that of the text, whatever either is: patterns come from files that strangers write.
package struct Pattern: Sendable {
    package let source: Text
    private let program: [PatternStep]

    /// - Throws: why it is no pattern.
    package init(_ source: Text) throws(SecretsError) {
        self.source = source
        var parser = PatternParser(source)
        program = try parser.program()
    }

    /// Whether it matches anywhere in the text.
    package func matches(_ text: Text) -> Bool {
        var current = Threads(count: program.count)
        var next = Threads(count: program.count)
        let scalars = Array(text.string.unicodeScalars)
        for index in 0...scalars.count {
            // A match may begin anywhere.
            if add(0, to: &current, at: index, in: scalars) { return true }
            guard index < scalars.count else { return false }
            next.clear()
            for thread in current.list {
                guard case .scalar(let set) = program[thread], set.contains(scalars[index]) else { continue }
                if add(thread + 1, to: &next, at: index + 1, in: scalars) { return true }
            }
            swap(&current, &next)
        }
        return false
    }

    /// Follows all steps that take no letter. True when the end of the program is reached.
    private func add(_ start: Int, to threads: inout Threads, at index: Int, in scalars: [Unicode.Scalar]) -> Bool {
        var open = [start]
        while let step = open.popLast() {
            guard threads.insert(step) else { continue }
            switch program[step] {
            case .match: return true
            case .scalar: break
            case .jump(let target): open.append(target)
            case .split(let a, let b): open += [b, a]
            case .assert(let place):
                if place.holds(at: index, in: scalars) { open.append(step + 1) }
            }
        }
        return false
    }

    /// The steps that are being tried at once, each once.
    private struct Threads {
        private(set) var list: [Int] = []
        private var marks: [Bool]

        init(count: Int) { marks = Array(repeating: false, count: count) }

        mutating func insert(_ step: Int) -> Bool {
            if marks[step] { return false }
            marks[step] = true
            list.append(step)
            return true
        }

        mutating func clear() {
            for step in list { marks[step] = false }
            list.removeAll(keepingCapacity: true)
        }
    }
}

/// One step of a compiled pattern.
enum PatternStep: Sendable {
    case scalar(ScalarSet)
    case split(Int, Int)
    case jump(Int)
    case assert(PatternPlace)
    case match
}

/// A place between letters.
enum PatternPlace: Sendable {
    case textStart
    case textEnd
    case lineStart
    case lineEnd
    case wordEdge
    case notWordEdge

    func holds(at index: Int, in scalars: [Unicode.Scalar]) -> Bool {
        switch self {
        case .textStart: index == 0
        case .textEnd: index == scalars.count
        case .lineStart: index == 0 || scalars[index - 1] == "\n"
        case .lineEnd: index == scalars.count || scalars[index] == "\n"
        case .wordEdge: Self.isEdge(index, scalars)
        case .notWordEdge: !Self.isEdge(index, scalars)
        }
    }

    private static func isEdge(_ index: Int, _ scalars: [Unicode.Scalar]) -> Bool {
        let before = index > 0 && ScalarSet.word.contains(scalars[index - 1])
        let after = index < scalars.count && ScalarSet.word.contains(scalars[index])
        return before != after
    }
}

/// A set of letters.
struct ScalarSet: Sendable {
    var ranges: [ClosedRange<UInt32>] = []
    var isNegated = false
    /// ASCII letters of either case are the same.
    var foldsCase = false

    init(_ ranges: [ClosedRange<UInt32>], isNegated: Bool = false) {
        self.ranges = ranges
        self.isNegated = isNegated
    }

    init(_ scalar: Unicode.Scalar) { ranges = [scalar.value...scalar.value] }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        var isIn = holds(scalar.value)
        if foldsCase, !isIn, scalar.properties.isAlphabetic, scalar.isASCII { isIn = holds(scalar.value ^ 0x20) }
        return isIn != isNegated
    }

    private func holds(_ value: UInt32) -> Bool { ranges.contains { $0.contains(value) } }

    static let digit = ScalarSet([0x30...0x39])
    static let word = ScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let space = ScalarSet([0x09...0x0A, 0x0C...0x0D, 0x20...0x20])
    static let any = ScalarSet([], isNegated: true)
    static let notBreak = ScalarSet([0x0A...0x0A], isNegated: true)

    var inverted: ScalarSet { ScalarSet(ranges, isNegated: !isNegated) }

    /// The ranges that it stands for, also when it is negated.
    var explicitRanges: [ClosedRange<UInt32>] {
        guard isNegated else { return ranges }
        var result: [ClosedRange<UInt32>] = []
        var start: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > start { result.append(start...(range.lowerBound - 1)) }
            start = max(start, range.upperBound + 1)
        }
        if start <= 0x10_FFFF { result.append(start...0x10_FFFF) }
        return result
    }
}
