// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Rendering
import Testing

@Suite struct RenderMemoryTests {
    private let one = ContentKey([], as: Digest(of: Array("one".utf8)))
    private let two = ContentKey([], as: Digest(of: Array("two".utf8)))

    private func key(_ number: Int) -> ContentKey { ContentKey([], as: Digest(of: Array("\(number)".utf8))) }

    @Test func `what was kept is found until it is forgotten`() {
        var memory = RenderMemory(budget: 1 << 20)
        memory.keep([], as: one)
        #expect(memory.objects(of: one)?.isEmpty == true)
        #expect(memory.objects(of: two) == nil)
        memory.forget()
        #expect(memory.objects(of: one) == nil)
    }

    @Test func `what comes first goes first when the budget is used up`() {
        // Each counts at least 256 bytes, and half of the budget is for what is new.
        var memory = RenderMemory(budget: 1024)
        memory.keep([], as: one)
        for number in 0..<4 { memory.keep([], as: key(number)) }
        #expect(memory.objects(of: one) == nil)
        #expect(memory.objects(of: key(3)) != nil)
    }
}
