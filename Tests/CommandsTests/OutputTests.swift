// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Manifest
import Model
import TestSupport
import Testing

@Suite struct OutputTests {
    @Test(arguments: [
        ("plain", "plain"), ("\u{1B}[2J", "\\u{1b}[2J"), ("a\nb\r\t", "a\\nb\\r\\t"),
        ("\u{202E}fdp.exe", "\\u{202e}fdp.exe"), ("a\u{200B}b", "a\\u{200b}b"), ("\u{2028}", "\\u{2028}"),
        ("\u{9B}31m", "\\u{9b}31m"), ("\u{E000}", "\\u{e000}"), ("é e\u{301} 日本", "é e\u{301} 日本"),
        ("\u{7F}", "\\u{7f}"),
    ])
    func `what could fool a terminal is written out`(text: String, safe: String) {
        #expect(SafeText.escape(text) == safe)
        #expect(Line(text).text(colour: false) == safe)
    }

    @Test(arguments: [
        ("", 0), ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("é", 1), ("😀", 2), ("ｆ", 2), ("☀\u{FE0F}", 2), ("한", 2),
        ("ﾊ", 1), ("→", 1),
    ])
    func `width counts columns`(text: String, width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test func `cutting off counts columns and shows that it did`() {
        #expect(DisplayWidth.truncate("日本語", to: 6) == "日本語")
        #expect(DisplayWidth.truncate("日本語", to: 5) == "日本…")
        #expect(DisplayWidth.truncate("日本語", to: 4) == "日…")
        #expect(DisplayWidth.truncate("abc", to: 1) == "…")
        #expect(DisplayWidth.truncate("abc", to: 0) == "")
    }

    @Test func `columns align by what is seen`() {
        var table = Table([.init("NAME"), .init("N", isNumeric: true), .init("EMPTY"), .init("LAST")])
        table.append([Line("日本", .red), "7", "", "x"], notes: ["below"])
        table.append(["e\u{301}\u{202E}", "1000"])
        #expect(
            table.lines(width: nil).text(colour: false) == """
                NAME          N  LAST
                日本          7  x
                    below
                e\u{301}\\u{202e}  1000

                """)
    }

    @Test func `a table knows the end of the terminal`() {
        var table = Table([.init("A"), .init("B")])
        table.append([Line("aaaa", .red), Line("bbbb", .green)])
        #expect(table.lines(width: 8).allSatisfy { $0.width <= 8 })
        #expect(table.lines(width: 8)[1].text(colour: true) == "\u{1B}[31maaaa\u{1B}[0m  \u{1B}[32mb…\u{1B}[0m")
    }

    @Test(arguments: [
        (0, "just now"), (999, "just now"), (1000, "1 s ago"), (119_999, "119 s ago"), (120_000, "2 min ago"),
        (7_200_000, "2 h ago"), (172_800_000, "2 d ago"), (-1000, "in 1 s"), (-500, "in 500 ms"),
    ])
    func `times read as people say them`(milliseconds: Int64, words: String) {
        let then = Sample.now.advanced(by: .milliseconds(-milliseconds))
        #expect(Relative.time(then, now: Sample.now) == words)
    }

    @Test func `the extremes of time are no trap`() {
        for time in [Time(nanoseconds: .min), Time(nanoseconds: .max)] {
            for now in [Time(nanoseconds: .min), Time(nanoseconds: .max), Sample.now] {
                #expect(!Relative.time(time, now: now).isEmpty)
            }
        }
    }
}

@Suite struct TextDiffTests {
    @Test func `only what differs is shown, in context`() {
        let old = (1...20).map(String.init)
        var new = old
        new[9] = "ten"
        let edits = TextDiff.edits(from: old.joined(separator: "\n"), to: new.joined(separator: "\n"))
        #expect(
            edits == [
                .skipped(6), .same("7"), .same("8"), .same("9"), .removed("10"), .added("ten"), .same("11"),
                .same("12"),
                .same("13"), .skipped(7),
            ])
    }

    @Test(arguments: [("", "a\n"), ("a\n", ""), ("a\n", "b\n"), ("a\nb\nc\n", "c\na\nb\n"), ("x", "x"), ("\r\n", "\n")])
    func `applying the edits gives the other text`(old: String, new: String) {
        var (before, after): ([String], [String]) = ([], [])
        for edit in TextDiff.edits(from: old, to: new, context: 1000) {
            switch edit {
            case .same(let line):
                before.append(line)
                after.append(line)
            case .removed(let line): before.append(line)
            case .added(let line): after.append(line)
            case .skipped: Issue.record("nothing is skipped in this much context")
            }
        }
        func lines(_ text: String) -> [String] {
            var lines = Array(text.utf8).split(separator: 10, omittingEmptySubsequences: false).map {
                String(decoding: $0, as: UTF8.self)
            }
            if lines.last == "" { lines.removeLast() }
            return lines
        }
        #expect(before == lines(old))
        #expect(after == lines(new))
    }

    @Test func `texts too large to compare are shown whole`() {
        let old = (0..<3000).map { "a\($0)" }.joined(separator: "\n")
        let new = (0..<3000).map { "b\($0)" }.joined(separator: "\n")
        #expect(TextDiff.edits(from: old, to: new).count == 6000)
    }

    @Test func `a change of line ends is a change`() {
        #expect(TextDiff.edits(from: "a\r\n", to: "a\n") == [.removed("a\r"), .added("a")])
    }
}
