// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import TestSupport
import Testing

@Suite struct DifferencesTests {
    private func differences(_ old: Value, _ new: Value) -> [String] {
        old.differences(to: new).map { difference in
            "\(difference.path): \(Self.text(difference.old)) -> \(Self.text(difference.new))"
        }
    }

    private static func text(_ value: Value?) -> String {
        value.map { String(decoding: JSON.write($0), as: UTF8.self) } ?? "absent"
    }

    @Test func `maps are compared by key`() {
        #expect(
            differences(
                ["a": 1, "b": ["c": 1, "d/e": 2], "gone": .null], ["new": [], "b": ["d/e": 3, "c": 1], "a": 1])
                == ["b[\"d/e\"]: 2 -> 3", "gone: null -> absent", "new: absent -> []"])
    }

    @Test func `what is equal by value is no difference`() {
        #expect(differences(["a": .number(.decimal("1.0"))], ["a": 1]) == [])
        #expect(differences([.null], [.null]) == [])
        #expect(differences("caf\u{E9}", "cafe\u{301}").count == 1)
    }

    @Test func `an item put in or taken out leaves its neighbours alone`() {
        #expect(differences([1, 2, 3], [0, 1, 2, 3]) == ["[0]: absent -> 0"])
        #expect(differences([1, 2, 3, 4], [1, 3, 4]) == ["[1]: 2 -> absent"])
        #expect(differences([1, 2, 3], [1, 9, 3]) == ["[1]: 2 -> 9"])
        #expect(
            differences([["x": 1], ["x": 2]], [["x": 0], ["x": 1], ["x": 3]]) == [
                "[0]: absent -> {\"x\":0}", "[2].x: 2 -> 3",
            ])
    }

    @Test func `named items are compared with their namesakes`() {
        let old: Value = [["name": "a", "v": 1], ["name": "b", "v": 1], ["name": "c", "v": 1]]
        let new: Value = [["name": "b", "v": 2], ["name": "d", "v": 1], ["name": "a", "v": 3]]
        #expect(
            differences(old, new) == [
                "[2]: {\"name\":\"c\",\"v\":1} -> absent", "[0].v: 1 -> 2",
                "[1]: absent -> {\"name\":\"d\",\"v\":1}", "[2].v: 1 -> 3",
            ])
    }

    @Test func `a change of kind is one difference`() {
        #expect(differences(["a": [1]], ["a": ["b": 1]]) == ["a: [1] -> {\"b\":1}"])
    }

    @Test func `secrets do not show, nor what they were before`() throws {
        let old: Value = ["p": "canary-1", "q": .secret(Secret("canary-2")), "r": .secret(Secret("same")), "s": 4711]
        let new: Value = ["p": .secret(Secret("canary-3")), "q": "canary-4", "r": "same", "s": .secret(Secret("x"))]
        let found = old.differences(to: new)
        #expect(found.map(\.path.description) == ["p", "q", "s"])
        #expect(!"\(found)".contains("canary") && !"\(found)".contains("4711"))
    }

    @Test(arguments: 0..<40)
    func `no differences means equal, and equal means none`(seed: Int) {
        var values = RandomValues(seed: UInt64(seed))
        for _ in 0..<20 {
            let old = values.value()
            let new = values.value()
            #expect(old.differences(to: old) == [])
            #expect(old.differences(to: new).isEmpty == (old == new))
        }
    }
}
