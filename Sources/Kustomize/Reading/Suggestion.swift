// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// The known word that a wrong one probably means.
enum Suggestion {
    static func nearest(to word: String, in known: [String]) -> String? {
        guard word.utf8.count <= 64 else { return nil }
        let word = Array(word.lowercased().utf8)
        let limit = max(1, word.count / 3)
        return known.map { ($0, distance(word, Array($0.lowercased().utf8))) }
            .filter { $0.1 <= limit }.min { $0.1 < $1.1 }?.0
    }

    /// Levenshtein's distance.
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var previous = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let replaced = previous + (x == y ? 0 : 1)
                previous = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}
