// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Finds the known word that a mistyped one was probably meant to be.
enum Suggestion {
    /// `did you mean "targets"?`, or `nil` when no known word is near.
    static func advice(for word: Text, among known: [Text]) -> String? {
        nearest(to: word, among: known).map { "did you mean \(quoted($0))?" }
    }

    /// The nearest known word within a third of its length, letters' case left aside; the first of equals.
    static func nearest(to word: Text, among known: [Text]) -> Text? {
        let letters = folded(word)
        guard letters.count <= 64 else { return nil }
        var best: (word: Text, distance: Int)?
        for candidate in known {
            let other = folded(candidate)
            let allowed = max(1, min(letters.count, other.count) / 3)
            guard abs(letters.count - other.count) <= allowed else { continue }
            let distance = editDistance(letters, other)
            if distance <= allowed, best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
        }
        return best?.word
    }

    /// Insertions, deletions, replacements and swaps of neighbours that make one word the other.
    static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (byte == other ? 0 : 1))
                if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }

    private static func folded(_ word: Text) -> [UInt8] {
        word.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }
}
