// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// The difference of two texts by lines, for people.
package enum TextDiff: Sendable, Hashable {
    case same
    /// One of the two is no text: it holds a zero byte or is not UTF-8.
    case binary
    /// One of the two is larger than anybody would read.
    case tooLarge
    case hunks([Hunk])

    package struct Hunk: Sendable, Hashable {
        /// Lines of each side, 0-based.
        package var old: Range<Int>
        package var new: Range<Int>
        package var lines: [Line]
    }

    package struct Line: Sendable, Hashable {
        package enum Kind: Sendable, Hashable {
            case context
            case removed
            case added
        }

        package var kind: Kind
        /// Without the line feed; a carriage return before it stays.
        package var bytes: ArraySlice<UInt8>
        /// False for the last line of a text that does not end with one.
        package var hasLineFeed: Bool
    }

    package static let limit = 4 << 20

    /// - Parameter context: how many equal lines to show around each change.
    package static func compare(_ old: [UInt8], _ new: [UInt8], context: Int = 3) -> TextDiff {
        if old == new { return .same }
        if old.count > limit || new.count > limit { return .tooLarge }
        if !isText(old) || !isText(new) { return .binary }
        let oldLines = lines(of: old)
        let newLines = lines(of: new)
        let gaps = SequenceDiff.gaps(oldLines, newLines)
        return .hunks(HunkMaker(old: oldLines, new: newLines, context: max(0, context)).hunks(around: gaps))
    }

    private static func isText(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            if case .invalid = UTF8Check(bytes) { return false }
            return !bytes.contains(0)
        }
    }

    fileprivate static func lines(of bytes: [UInt8]) -> [Line] {
        var lines: [Line] = []
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
            lines.append(
                Line(kind: .context, bytes: bytes[start..<(end ?? bytes.count)], hasLineFeed: end != nil))
            start = end.map { $0 + 1 } ?? bytes.count
        }
        return lines
    }
}

private struct HunkMaker {
    let old: [TextDiff.Line]
    let new: [TextDiff.Line]
    let context: Int

    func hunks(around gaps: [SequenceDiff.Gap]) -> [TextDiff.Hunk] {
        var hunks: [TextDiff.Hunk] = []
        var rest = gaps[...]
        while let first = rest.popFirst() {
            var group = [first]
            // Changes whose contexts touch share a hunk.
            while let next = rest.first, let last = group.last, next.old.lowerBound - last.old.upperBound <= 2 * context
            {
                group.append(next)
                rest = rest.dropFirst()
            }
            hunks.append(hunk(group))
        }
        return hunks
    }

    private func hunk(_ group: [SequenceDiff.Gap]) -> TextDiff.Hunk {
        guard let first = group.first, let last = group.last else {
            return TextDiff.Hunk(old: 0..<0, new: 0..<0, lines: [])
        }
        // Both sides have the same lines around a change, so one count serves both.
        let before = min(context, first.old.lowerBound)
        let after = min(context, old.count - last.old.upperBound)
        let oldStart = first.old.lowerBound - before
        var lines: [TextDiff.Line] = []
        var shown = oldStart
        for gap in group {
            lines += old[shown..<gap.old.lowerBound]
            lines += old[gap.old].map { $0.marked(.removed) }
            lines += new[gap.new].map { $0.marked(.added) }
            shown = gap.old.upperBound
        }
        lines += old[shown..<last.old.upperBound + after]
        return TextDiff.Hunk(
            old: oldStart..<last.old.upperBound + after,
            new: first.new.lowerBound - before..<last.new.upperBound + after, lines: lines)
    }
}

extension TextDiff.Line {
    fileprivate func marked(_ kind: Kind) -> TextDiff.Line {
        var line = self
        line.kind = kind
        return line
    }
}
