// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Where a field lies in a value: `spec.containers[0].image`.
package struct FieldPath: Sendable, Hashable {
    package enum Step: Sendable, Hashable {
        case key(Text)
        case index(Int)
    }

    package var steps: [Step]

    package init(_ steps: [Step] = []) { self.steps = steps }

    package func appending(_ key: Text) -> FieldPath { FieldPath(steps + [.key(key)]) }
    package func appending(_ index: Int) -> FieldPath { FieldPath(steps + [.index(index)]) }
    package var isEmpty: Bool { steps.isEmpty }
}

extension FieldPath: ExpressibleByArrayLiteral {
    /// Keys only.
    package init(arrayLiteral keys: Text...) { self.init(keys.map { .key($0) }) }
}

extension FieldPath: CustomStringConvertible {
    /// Keys that hold anything but letters, digits, `-` and `_` are written in brackets: `metadata.labels["a/b"]`.
    package var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .index(let index):
                text += "[\(index)]"
            case .key(let key):
                if Self.isPlain(key) {
                    text += text.isEmpty ? key.string : "." + key.string
                } else {
                    text += "[\(key.string.debugDescription)]"
                }
            }
        }
        return text
    }

    private static func isPlain(_ key: Text) -> Bool {
        !key.isEmpty
            && key.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default:
                    false
                }
            }
    }
}
