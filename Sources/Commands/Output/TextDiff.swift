// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// The lines that two texts do not share.
package enum TextDiff {
    package enum Edit: Sendable, Hashable {
        case same(String)
        case removed(String)
        case added(String)
        /// So many equal lines that are not shown.
        case skipped(Int)
    }

    /// Lines in context of three. Texts whose difference would take too long to find are shown as a whole.
    package static func edits(from old: String, to new: String, context: Int = 3) -> [Edit] {
        let (a, b) = (lines(old), lines(new))
        let prefix = zip(a, b).prefix { $0.elementsEqual($1) }.count
        let suffix = zip(a.dropFirst(prefix).reversed(), b.dropFirst(prefix).reversed())
            .prefix { $0.elementsEqual($1) }.count
        let middle = differing(Array(a[prefix..<(a.count - suffix)]), Array(b[prefix..<(b.count - suffix)]))
        let edits =
            a[..<prefix].map { Edit.same(string($0)) } + middle + a[(a.count - suffix)...].map { .same(string($0)) }
        return collapse(edits, context: context)
    }

    private typealias LineBytes = ArraySlice<UInt8>

    /// By bytes: a carriage return belongs to its line.
    private static func lines(_ text: String) -> [LineBytes] {
        var lines = Array(text.utf8).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func string(_ bytes: LineBytes) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func differing(_ a: [LineBytes], _ b: [LineBytes]) -> [Edit] {
        guard a.count &* b.count <= 4_000_000, a.count < 100_000, b.count < 100_000 else {
            return a.map { .removed(string($0)) } + b.map { .added(string($0)) }
        }
        let difference = b.difference(from: a) { $0.elementsEqual($1) }
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var edits: [Edit] = []
        var (i, j) = (0, 0)
        while i < a.count || j < b.count {
            if i < a.count, removed.contains(i) {
                edits.append(.removed(string(a[i])))
                i += 1
            } else if j < b.count, added.contains(j) {
                edits.append(.added(string(b[j])))
                j += 1
            } else if i < a.count {
                edits.append(.same(string(a[i])))
                i += 1
                j += 1
            } else {
                break
            }
        }
        return edits
    }

    private static func collapse(_ edits: [Edit], context: Int) -> [Edit] {
        var result: [Edit] = []
        var run: [Edit] = []
        func isSame(_ edit: Edit) -> Bool { if case .same = edit { true } else { false } }
        func flush(isLast: Bool) {
            let head = result.isEmpty ? 0 : context
            let tail = isLast ? 0 : context
            if run.count > head + tail + 1 {
                result += run.prefix(head) + [.skipped(run.count - head - tail)] + run.suffix(tail)
            } else {
                result += run
            }
            run = []
        }
        for edit in edits {
            if isSame(edit) {
                run.append(edit)
            } else {
                flush(isLast: false)
                result.append(edit)
            }
        }
        flush(isLast: true)
        return result
    }
}
