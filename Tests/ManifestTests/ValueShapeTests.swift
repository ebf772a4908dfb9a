// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@Suite struct ValueShapeTests {
    static let shapes: [(Value, Value.Shape)] = [
        (.null, .null), (true, .scalar), (1, .scalar), ("a", .scalar), ([1], .list), (["a": 1], .map),
    ]

    @Test(arguments: shapes)
    func `A node says what shape it has`(value: Value, shape: Value.Shape) {
        #expect(value.shape == shape)
    }

    @Test func `Who decides by the shape changes a tree without copying a map of it`() {
        var value: Value = ["spec": ["template": ["items": [["count": 1], ["count": 2]]]], "other": ["key": "a"]]
        let before = maps(of: value)
        increment(&value)
        #expect(value == ["spec": ["template": ["items": [["count": 2], ["count": 3]]]], "other": ["key": "a"]])
        #expect(before.count == 6)
        #expect(maps(of: value) == before)
    }

    private func increment(_ value: inout Value) {
        switch value.shape {
        case .map:
            _ = value.editObject { object in
                for index in object.pairs.indices { increment(&object[at: index]) }
            }
        case .list:
            _ = value.editArray { items in
                for index in items.indices { increment(&items[index]) }
            }
        case .null, .scalar:
            if let number = value.intValue { value = .number(Number(number + 1)) }
        }
    }

    /// Where the pairs of each map lie.
    private func maps(of value: Value) -> [UInt] {
        switch value {
        case .object(let object):
            [object.pairs.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }]
                + object.pairs.flatMap { maps(of: $0.value) }
        case .array(let items): items.flatMap { maps(of: $0) }
        default: []
        }
    }
}
