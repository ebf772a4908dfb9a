// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import GitSource
import Model
import TestSupport
import Testing

@Suite struct PackedTreeTests {
    @Test func `entries come out as they went in, whole and by name`() throws {
        let entries = try tree(["a", "a.b", "b", "ü"])
        let packed = PackedTree(entries)
        #expect(packed.count == 4)
        #expect(packed.entries == entries)
        for entry in entries { #expect(packed.entry(named: entry.name) == entry) }
        for name in ["", "A", "a.", "aa", "c", "zz"] { #expect(packed.entry(named: Array(name.utf8)) == nil) }
        #expect(PackedTree([]).entries.isEmpty)
        #expect(PackedTree([]).entry(named: Array("a".utf8)) == nil)
    }

    @Test(arguments: 0..<40)
    func `only what is not the same stands among the differences, by name`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let names = (0..<30).map { "n\($0)" }
        let old = try tree(names.filter { _ in Bool.random(using: &random) })
        var new = try tree(names.filter { _ in Bool.random(using: &random) })
        for index in new.indices where Int.random(in: 0..<3, using: &random) == 0 {
            if Bool.random(using: &random) { new[index].kind = .folder } else { new[index].id = .git(try id(200)) }
        }
        let (left, right) = (byName(old), byName(new))
        let expected = Set(left.keys).union(right.keys).sorted { $0.lexicographicallyPrecedes($1) }
            .filter { left[$0] != right[$0] }
        let found = PackedTree(old).differences(to: PackedTree(new))
        #expect(found.map { $0.old?.name ?? $0.new?.name } == expected)
        for (old, new) in found {
            let name = old?.name ?? new?.name ?? []
            #expect(old == left[name] && new == right[name])
        }
    }

    private func tree(_ names: [String]) throws -> [TreeEntry] {
        try names.enumerated().map { index, name in
            TreeEntry(name: Array(name.utf8), kind: .file(executable: index % 2 == 1), id: .git(try id(index)))
        }
        .sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    private func id(_ number: Int) throws -> GitID {
        try #require(GitID(bytes: [UInt8](repeating: UInt8(number), count: 20)))
    }

    private func byName(_ entries: [TreeEntry]) -> [[UInt8]: TreeEntry] {
        Dictionary(entries.map { ($0.name, $0) }) { first, _ in first }
    }
}
