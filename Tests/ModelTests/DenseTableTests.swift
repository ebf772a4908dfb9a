// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model
import Testing

@Suite struct DenseTableTests {
    /// So many have one hash that they lie in each other's way.
    private struct Key: Hashable {
        var number: Int

        func hash(into hasher: inout Hasher) { hasher.combine(number / 8) }
    }

    @Test func `whatever is put in and taken out, it holds what a dictionary holds`() {
        var (table, twin) = (DenseTable<Key, Int>(), [Key: Int]())
        var random = SystemRandomNumberGenerator()
        for step in 0..<20_000 {
            // Grows, is emptied, and grows again.
            let isGrowing = step / 4000 % 2 == 0
            let key = Key(number: Int.random(in: 0..<2000, using: &random))
            if Int.random(in: 0..<4, using: &random) > (isGrowing ? 0 : 2) {
                (table[key], twin[key]) = (step, step)
            } else {
                (table[key], twin[key]) = (nil, nil)
            }
            #expect(table[key] == twin[key] && table.count == twin.count)
            guard step % 1000 == 0 else { continue }
            for number in 0..<2000 { #expect(table[Key(number: number)] == twin[Key(number: number)]) }
            #expect(Dictionary(uniqueKeysWithValues: table.map { ($0.key, $0.value) }) == twin)
            #expect(Set(table.keys) == Set(twin.keys) && table.values.sorted() == twin.values.sorted())
        }
    }

    @Test func `it has hardly more room than it needs, and gives back what a burst took`() {
        var table = DenseTable<Int, Int>()
        for number in 0..<50_000 { table[number] = number }
        #expect(table.count == 50_000 && table.room < 58_000)
        for number in 100..<50_000 { table[number] = nil }
        #expect(table.count == 100 && table.room <= 1024)
        #expect((0..<100).allSatisfy { table[$0] == $0 } && table[100] == nil)
        for number in 5..<100 { table[number] = nil }
        for number in 200..<210 { table[number] = number }
        #expect(Set(table.keys) == Set([0, 1, 2, 3, 4] + (200..<210)) && table[207] == 207)
    }

    @Test func `members of a roster have numbers without a gap`() {
        var roster = Roster<String>()
        #expect(roster.number(of: "a") == nil && roster.remove("a") == nil && roster.isEmpty)
        for (number, name) in ["a", "b", "c"].enumerated() { #expect(roster.insert(name) == (number, true)) }
        #expect(roster.insert("b") == (1, false))
        #expect(roster.remove("a") == 0)
        // The last one has its number now.
        #expect(roster.members == ["c", "b"] && roster.number(of: "c") == 0 && roster.number(of: "a") == nil)
    }
}
