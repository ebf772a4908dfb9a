// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Algorithms

/// Compares two sequences of things that are equal or not, named by numbers.
///
/// Things that occur once on either side are matched first (patience), which gives the differences that people expect;
/// what lies between is compared by Myers' algorithm up to a number of edits, and beyond that taken as replaced.
struct SequenceDiff {
    /// A stretch of the old sequence that a stretch of the new one stands for; one of the two may be empty.
    struct Gap: Equatable {
        var old: Range<Int>
        var new: Range<Int>
    }

    /// More edits between two anchors than this are one replacement. Bounds memory to some megabytes.
    private static let editLimit = 500
    private static let patienceDepth = 8

    private let old: [Int]
    private let new: [Int]
    private var matches: [(old: Int, new: Int)] = []

    /// Where the sequences differ, in order.
    static func gaps<Element: Hashable>(_ old: [Element], _ new: [Element]) -> [Gap] {
        var numbers: [Element: Int] = [:]
        func number(_ element: Element) -> Int {
            if let known = numbers[element] { return known }
            let next = numbers.count
            numbers[element] = next
            return next
        }
        var diff = SequenceDiff(old: old.map(number), new: new.map(number))
        diff.match(0..<old.count, 0..<new.count, depth: 0)
        return diff.gaps()
    }

    private init(old: [Int], new: [Int]) {
        self.old = old
        self.new = new
    }

    private func gaps() -> [Gap] {
        var gaps: [Gap] = []
        var next = (old: 0, new: 0)
        for match in matches + [(old.count, new.count)] {
            if match.old > next.old || match.new > next.new {
                gaps.append(Gap(old: next.old..<match.old, new: next.new..<match.new))
            }
            next = (match.old + 1, match.new + 1)
        }
        return gaps
    }

    /// Appends the matches within two stretches, in order.
    private mutating func match(_ oldRange: Range<Int>, _ newRange: Range<Int>, depth: Int) {
        var left = oldRange
        var right = newRange
        while let first = left.first, let second = right.first, old[first] == new[second] {
            matches.append((first, second))
            left = left.dropFirst()
            right = right.dropFirst()
        }
        var tail: [(old: Int, new: Int)] = []
        while let last = left.last, let second = right.last, old[last] == new[second] {
            tail.append((last, second))
            left = left.dropLast()
            right = right.dropLast()
        }
        if !left.isEmpty, !right.isEmpty {
            let anchors = depth < Self.patienceDepth ? anchors(left, right) : []
            if anchors.isEmpty {
                matches += myers(left, right)
            } else {
                for anchor in anchors {
                    match(left.lowerBound..<anchor.old, right.lowerBound..<anchor.new, depth: depth + 1)
                    matches.append(anchor)
                    left = anchor.old + 1..<left.upperBound
                    right = anchor.new + 1..<right.upperBound
                }
                match(left, right, depth: depth + 1)
            }
        }
        matches += tail.reversed()
    }
}

extension SequenceDiff {
    /// The longest rising run of things that occur once on each side.
    private func anchors(_ left: Range<Int>, _ right: Range<Int>) -> [(old: Int, new: Int)] {
        var places: [Int: (old: Int, oldCount: Int, new: Int, newCount: Int)] = [:]
        for index in left { places[old[index], default: (0, 0, 0, 0)].oldCount += 1 }
        for index in right { places[new[index], default: (0, 0, 0, 0)].newCount += 1 }
        for index in right { places[new[index]]?.new = index }
        let candidates = left.compactMap { index -> (old: Int, new: Int)? in
            guard let place = places[old[index]], place.oldCount == 1, place.newCount == 1 else { return nil }
            return (index, place.new)
        }
        return Self.longestRising(candidates)
    }

    /// Of pairs in the order of `old`, the longest choice that is also in the order of `new`.
    private static func longestRising(_ pairs: [(old: Int, new: Int)]) -> [(old: Int, new: Int)] {
        // The last pair of the best choice of each length, and what precedes each pair.
        var tails: [Int] = []
        var previous = [Int?](repeating: nil, count: pairs.count)
        for (index, pair) in pairs.enumerated() {
            let length = tails.partitioningIndex { pairs[$0].new >= pair.new }
            previous[index] = length > 0 ? tails[length - 1] : nil
            if length == tails.count { tails.append(index) } else { tails[length] = index }
        }
        var chosen: [(old: Int, new: Int)] = []
        var next = tails.last
        while let index = next {
            chosen.append(pairs[index])
            next = previous[index]
        }
        return chosen.reversed()
    }

    /// The matches of a shortest edit script; none when it would be longer than the limit.
    private func myers(_ left: Range<Int>, _ right: Range<Int>) -> [(old: Int, new: Int)] {
        let most = min(left.count + right.count, Self.editLimit)
        // The furthest old offset on each diagonal, shifted by `most + 1`; a copy before each round for the way back.
        var furthest = [Int](repeating: 0, count: 2 * most + 3)
        var rounds: [ArraySlice<Int>] = []
        for edits in 0...most {
            let center = most + 1
            rounds.append(furthest[center - edits - 1...center + edits + 1])
            for diagonal in stride(from: -edits, through: edits, by: 2) {
                let isDown =
                    diagonal == -edits
                    || diagonal != edits && furthest[center + diagonal - 1] < furthest[center + diagonal + 1]
                var x = isDown ? furthest[center + diagonal + 1] : furthest[center + diagonal - 1] + 1
                var y = x - diagonal
                while x < left.count, y < right.count, old[left.lowerBound + x] == new[right.lowerBound + y] {
                    x += 1
                    y += 1
                }
                furthest[center + diagonal] = x
                if x >= left.count, y >= right.count {
                    return walkBack(rounds, center: center, from: left, right)
                }
            }
        }
        return []
    }

    private func walkBack(
        _ rounds: [ArraySlice<Int>], center: Int, from left: Range<Int>, _ right: Range<Int>
    ) -> [(old: Int, new: Int)] {
        var found: [(old: Int, new: Int)] = []
        var x = left.count
        var y = right.count
        for (edits, furthest) in rounds.enumerated().reversed() {
            let diagonal = x - y
            let isDown =
                diagonal == -edits
                || diagonal != edits && furthest[center + diagonal - 1] < furthest[center + diagonal + 1]
            let before = isDown ? diagonal + 1 : diagonal - 1
            let startX = edits == 0 ? 0 : furthest[center + before]
            let startY = edits == 0 ? 0 : startX - before
            // Back along the matches to where the edit of this round ended.
            let editEndX = edits == 0 ? 0 : (isDown ? startX : startX + 1)
            while x > editEndX, y > 0 {
                x -= 1
                y -= 1
                found.append((left.lowerBound + x, right.lowerBound + y))
            }
            x = startX
            y = startY
        }
        return found.reversed()
    }
}
