// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@Suite struct ValueDigestTests {
    @Test(arguments: 0..<16)
    func `equal values have equal digests, others do not`(seed: Int) throws {
        var values = RandomValues(seed: UInt64(seed))
        var seen: [Digest: Value] = [:]
        for _ in 0..<100 {
            let value = values.value()
            let again = try JSON.read(JSON.write(value, style: .canonical))
            #expect(value.digest() == again.digest())
            if let other = seen.updateValue(value, forKey: value.digest()) { #expect(other == value) }
        }
    }

    @Test func `neither order nor spelling counts`() {
        let a: Value = ["x": 1, "y": [.number(.decimal("1.50")), 100]]
        let b: Value = ["y": [.number(.decimal("15e-1")), .number(.decimal("1e2"))], "x": .number(.decimal("1.0"))]
        #expect(a.digest() == b.digest())
    }

    @Test func `trees of the same pieces differ`() {
        let trees: [Value] = [
            [], [:], "", .null, 0, false, [[]], [[], []], ["a", "b"], ["ab"], ["a": "b"], [["a": "b"]],
            ["a": ["b": .null]],
            ["1"], [1], "1", 1, ["a": .null, "b": .null], ["a": "b", "": ""], .secret(Secret("")),
        ]
        #expect(Set(trees.map { $0.digest() }).count == trees.count)
    }

    @Test func `a secret enters by a key or not at all`() {
        let a: Value = ["p": .secret(Secret("one"))]
        let b: Value = ["p": .secret(Secret("two"))]
        #expect(a.digest() == b.digest())
        let key = Secret<[UInt8]>([1, 2, 3])
        #expect(a.digest(secretKey: key) != b.digest(secretKey: key))
        #expect(a.digest(secretKey: key) == a.digest(secretKey: key))
        #expect(a.digest(secretKey: key) != a.digest(secretKey: Secret([4])))
    }
}
