// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model
import Testing

@testable import KubernetesTarget

struct MakingTests {
    private var making = Making()
    private var now = Moment.start

    /// Makes so many, evenly.
    private mutating func make(_ count: Int, each pause: Duration, isSteady: Bool = true) {
        for _ in 0..<count {
            now = now.advanced(by: pause)
            making.note(isSteady: isSteady, now)
        }
    }

    @Test mutating func `a flood rests until it is over`() {
        #expect(making.rest(now) == nil)
        make(100, each: .milliseconds(25))
        #expect(making.rest(now) == .seconds(10))
        #expect(making.rest(now.advanced(by: .milliseconds(300))) == .seconds(10))
        #expect(making.rest(now.advanced(by: .milliseconds(301))) == nil)
    }

    @Test mutating func `what has yet to become well is looked at sooner`() {
        make(50, each: .milliseconds(25))
        make(50, each: .milliseconds(25), isSteady: false)
        make(50, each: .milliseconds(25))
        #expect(making.rest(now) == .seconds(4))
        now = now.advanced(by: .seconds(60))
        make(50, each: .milliseconds(25))
        #expect(making.rest(now) == .seconds(10), "that was another flood")
    }

    @Test mutating func `a few at once, or one now and then, are heard of`() {
        make(29, each: .zero)
        #expect(making.rest(now) == nil)
        now = now.advanced(by: .seconds(60))
        make(10_000, each: .milliseconds(125))
        #expect(making.rest(now) == nil)
        make(10_000, each: .milliseconds(80))
        #expect(making.rest(now) != nil)
    }
}
