// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@testable import Model

/// Values that lie apart from what holds them.
@Suite struct ApartTests {
    private struct Holder: Hashable {
        @Apart var large = Array(repeating: 7, count: 3)
        @Seldom var rare: String?
    }

    @Test func `a copy is changed by itself`() {
        var one = Holder()
        let other = one
        one.large[1] = 8
        one.rare = "here"
        #expect(other == Holder())
        #expect(one.large == [7, 8, 7] && one.rare == "here")
        one.rare = nil
        one.large[1] = 7
        #expect(one == other && one.hashValue == other.hashValue)
    }

    @Test func `holding costs eight bytes, whatever is held`() {
        #expect(MemoryLayout<Apart<(Int, Int, Int, Int)>>.size == 8)
        #expect(MemoryLayout<Seldom<(Int, Int, Int, Int)>>.size == 8)
        #expect(MemoryLayout<Seldom<Int>?>.size == 8)
    }

    @Test func `what one shares with another is the same to both`() {
        let one = Apart(wrappedValue: "shared")
        var two = one
        #expect(one == two)
        two.wrappedValue += "!"
        #expect(one.wrappedValue == "shared" && two.wrappedValue == "shared!")
    }

    @Test func `what was there and is not leaves nothing behind`() {
        var record = UnitRecord()
        record.pause = Paused(until: Time(nanoseconds: 1), reason: "")
        record.bad = [Digest(of: [1])]
        record.failure = "it broke"
        #expect(record != UnitRecord() && record.pause != nil && record.bad.count == 1 && record.failure == "it broke")
        record.pause = nil
        record.bad.removeAll()
        #expect(record != UnitRecord())
        record.failure = ""
        #expect(record == UnitRecord() && record.rare == nil)
    }

    /// There are fifty thousand of each: what is put into them is paid for as often.
    @Test func `what is held of every unit stays small`() {
        #expect(MemoryLayout<UnitID>.size == 8)
        #expect(MemoryLayout<Version?>.size == 8)
        #expect(MemoryLayout<UnitRecord>.size <= 256)
    }
}
