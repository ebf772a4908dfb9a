// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest

/// What is kept of a field that differs from one render to the next.
enum FrozenValue: Sendable, Hashable {
    /// Of a text: the lines in which two renders differed, stretch by stretch. What stands around them follows the chart.
    case lines([[Text]])
    /// Of anything else: all of it.
    case whole(Value)

    /// Texts of more lines are kept whole.
    private static let lineLimit = 5000
    /// Texts that differ in more lines, too: what it takes to compare them grows by the square of that.
    private static let differenceLimit = 1000

    /// What is to be kept of two renders: the first.
    ///
    /// - Parameter isEncoded: the texts are base64 of what counts, as in the `data` of a Secret.
    init(first: Value, second: Value, isEncoded: Bool) {
        if let gaps = Self.gaps(first, second, isEncoded) {
            self = .lines(gaps.ranges.map { Array(gaps.lines[$0]) })
        } else {
            self = .whole(first)
        }
    }

    /// The first of two new renders with the frozen lines in the place of those that differ; `nil` when they differ in
    /// another number of places than the renders did that were frozen.
    func filling(_ first: Value, _ second: Value, isEncoded: Bool) -> Value? {
        switch self {
        case .whole(let value): return value
        case .lines(let stretches):
            guard let gaps = Self.gaps(first, second, isEncoded), gaps.ranges.count == stretches.count else {
                return nil
            }
            var lines = gaps.lines
            for (range, stretch) in zip(gaps.ranges, stretches).reversed() {
                lines.replaceSubrange(range, with: stretch)
            }
            let text = lines.map(\.string).joined(separator: "\n")
            return .string(Text(isEncoded ? Data(text.utf8).base64EncodedString() : text))
        }
    }

    /// The lines of the first text, and those of them that the second has not.
    private static func gaps(
        _ first: Value, _ second: Value, _ isEncoded: Bool
    ) -> (lines: [Text], ranges: [Range<Int>])? {
        guard let old = lines(first, isEncoded), let new = lines(second, isEncoded), old.count <= lineLimit,
            new.count <= lineLimit, Self.differ(old, new, inAtMost: differenceLimit)
        else { return nil }
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in new.difference(from: old) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var ranges: [Range<Int>] = []
        var index = 0
        var other = 0
        while index < old.count || other < new.count {
            let start = index
            let otherStart = other
            while removed.contains(index) || inserted.contains(other) {
                if removed.contains(index) { index += 1 } else { other += 1 }
            }
            if index > start || other > otherStart { ranges.append(start..<index) }
            index += 1
            other += 1
        }
        return (old, ranges)
    }

    /// Whether so many removed and inserted lines make one of the other (Myers' algorithm, without the way there).
    private static func differ(_ old: [Text], _ new: [Text], inAtMost limit: Int) -> Bool {
        guard abs(old.count - new.count) <= limit else { return false }
        let middle = limit + 1
        // How far in the first one gets on each diagonal.
        var furthest = [Int](repeating: 0, count: 2 * middle + 1)
        for distance in 0...limit {
            for diagonal in stride(from: -distance, through: distance, by: 2) {
                let place = middle + diagonal
                let isInserted =
                    diagonal == -distance || diagonal != distance && furthest[place - 1] < furthest[place + 1]
                var index = isInserted ? furthest[place + 1] : furthest[place - 1] + 1
                while index < old.count, index - diagonal < new.count, old[index] == new[index - diagonal] {
                    index += 1
                }
                if index >= old.count, index - diagonal >= new.count { return true }
                furthest[place] = index
            }
        }
        return false
    }

    private static func lines(_ value: Value, _ isEncoded: Bool) -> [Text]? {
        guard var text = value.stringValue else { return nil }
        if isEncoded {
            // What is no text is one line of base64.
            guard let data = Data(base64Encoded: text.string), let decoded = Text(utf8: Array(data)) else { return nil }
            text = decoded
        }
        return joiningBlocks(
            text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { Text(String(Substring($0))) })
    }

    /// Makes one line of each certificate and key (RFC 7468): two of them may have some lines in common by chance, and
    /// lines of both together would be neither.
    private static func joiningBlocks(_ lines: [Text]) -> [Text] {
        var joined: [Text] = []
        var block: [Text]?
        for line in lines {
            let word = line.string.drop { $0 == " " || $0 == "\t" }
            if let open = block {
                block = open + [line]
                guard word.hasPrefix("-----END ") else { continue }
                joined.append(Text((open + [line]).map(\.string).joined(separator: "\n")))
                block = nil
            } else if word.hasPrefix("-----BEGIN ") {
                block = [line]
            } else {
                joined.append(line)
            }
        }
        return joined + (block ?? [])
    }
}
