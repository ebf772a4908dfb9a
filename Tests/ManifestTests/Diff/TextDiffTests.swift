// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import TestSupport
import Testing

@Suite struct TextDiffTests {
    private func unified(_ old: String, _ new: String, context: Int = 3) -> String {
        String(decoding: TextDiff.unified(Array(old.utf8), Array(new.utf8), context: context), as: UTF8.self)
    }

    @Test func `a change with its surroundings`() {
        let old = (1...12).map { "line \($0)\n" }.joined()
        let new = old.replacing("line 6\n", with: "line six\nand more\n")
        #expect(
            unified(old, new, context: 2) == """
                --- old
                +++ new
                @@ -4,5 +4,6 @@
                 line 4
                 line 5
                -line 6
                +line six
                +and more
                 line 7
                 line 8

                """)
    }

    @Test func `changes near each other share a hunk, others do not`() {
        let old = (1...20).map { "\($0)\n" }.joined()
        let near = old.replacing("\n5\n", with: "\nfive\n").replacing("\n9\n", with: "\nnine\n")
        #expect(unified(old, near, context: 2).split(separator: "@@ -").count == 2)
        #expect(unified(old, near, context: 1).split(separator: "@@ -").count == 3)
    }

    @Test func `ends without a line feed are said`() {
        #expect(unified("a", "a\n") == "--- old\n+++ new\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n")
        #expect(unified("", "a\n") == "--- old\n+++ new\n@@ -0,0 +1 @@\n+a\n")
        #expect(unified("a\n", "") == "--- old\n+++ new\n@@ -1 +0,0 @@\n-a\n")
        #expect(unified("a\n", "a\n") == "")
    }

    @Test func `what cannot be shown is said`() {
        #expect(unified("a\0", "b") == "Binary files old and new differ\n")
        #expect(TextDiff.compare([0xFF], [0x61]) == .binary)
        #expect(TextDiff.compare([UInt8](repeating: 0x61, count: TextDiff.limit + 1), []) == .tooLarge)
    }

    @Test(arguments: 0..<60)
    func `a patch makes the old text into the new`(seed: Int) {
        var random = SplitMix(seed: UInt64(seed))
        func text() -> [UInt8] {
            let count = Int.random(in: 0..<(seed.isMultiple(of: 5) ? 1500 : 30), using: &random)
            var bytes: [UInt8] = []
            for _ in 0..<count {
                bytes.append(
                    UInt8(ascii: "a") + UInt8.random(in: 0..<(seed.isMultiple(of: 2) ? 3 : 26), using: &random))
                if Int.random(in: 0..<9, using: &random) > 0 { bytes.append(UInt8(ascii: "\n")) }
            }
            return bytes
        }
        let old = text()
        let new = seed.isMultiple(of: 3) ? text() : old.filter { _ in Int.random(in: 0..<20, using: &random) > 0 }
        for context in [0, 1, 3] {
            guard case .hunks(let hunks) = TextDiff.compare(old, new, context: context) else {
                #expect(old == new)
                continue
            }
            #expect(Self.apply(hunks, to: old) == new)
            for hunk in hunks {
                #expect(hunk.old.count == hunk.lines.count { $0.kind != .added })
                #expect(hunk.new.count == hunk.lines.count { $0.kind != .removed })
            }
        }
    }

    @Test func `two texts without a common line are one replacement, in bounded time`() {
        let old = (0..<30_000).map { "a\($0 % 7)\n" }.joined()
        let new = (0..<30_000).map { "b\($0 % 7)\n" }.joined()
        guard case .hunks(let hunks) = TextDiff.compare(Array(old.utf8), Array(new.utf8)) else {
            Issue.record("no hunks")
            return
        }
        #expect(hunks.map(\.old) == [0..<30_000])
    }

    private static func apply(_ hunks: [TextDiff.Hunk], to old: [UInt8]) -> [UInt8] {
        var lines: [[UInt8]] = []
        var rest = old[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
            lines.append(Array(rest[..<end]))
            rest = rest[end...]
        }
        for hunk in hunks.reversed() {
            let replacement = hunk.lines.filter { $0.kind != .removed }.map { line in
                Array(line.bytes) + (line.hasLineFeed ? [UInt8(ascii: "\n")] : [])
            }
            lines.replaceSubrange(hunk.old, with: replacement)
        }
        return Array(lines.joined())
    }
}
