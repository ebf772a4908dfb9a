// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Testing

@testable import Assembly

/// When a process that has grown looks what it can give back.
@Suite struct MemoryGrowthTests {
    private let allowance = MemoryGrowth.allowance

    /// One look after the other.
    private func looks(
        _ residents: [Int], processor: Double = 0.1, leaving resident: Int? = nil
    ) -> [Bool] {
        var growth = MemoryGrowth()
        if let resident { growth.gaveBack(leaving: resident) }
        return residents.map { growth.isDue(at: $0, processor: processor) }
    }

    @Test func `a start is followed by a look, and what stays by none`() {
        #expect(looks([3 * allowance]) == [true])
        let stays = [2 * allowance, 3 * allowance, 3 * allowance + 1]
        #expect(looks(stays, leaving: 2 * allowance) == [false, false, true])
    }

    @Test func `what shrinks by itself may grow from there`() {
        #expect(looks([2 * allowance, 3 * allowance + 1], leaving: 4 * allowance) == [false, true])
    }

    @Test func `one that is busy is left alone until it is not`() {
        #expect(looks([3 * allowance, 9 * allowance], processor: 0.5) == [false, false])
        #expect(looks([3 * allowance], processor: 0.4) == [true])
    }

    @Test func `a large process may grow by more`() {
        #expect(looks([90 * allowance, 90 * allowance + 1], leaving: 80 * allowance) == [false, true])
    }
}
