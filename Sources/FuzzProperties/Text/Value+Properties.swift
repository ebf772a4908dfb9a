// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

extension Value {
    /// The value stays within what a reader was allowed to spend.
    func checkSize(within budget: Budget) throws(Violation) {
        var nodes = 0
        try count(&nodes, depth: 0, within: budget)
    }

    private func count(_ nodes: inout Int, depth: Int, within budget: Budget) throws(Violation) {
        nodes += 1
        try require(nodes <= budget.nodes, "more values than the budget allows")
        switch self {
        case .array(let items):
            try require(depth < budget.depth, "deeper than the budget allows")
            for item in items { try item.count(&nodes, depth: depth + 1, within: budget) }
        case .object(let object):
            try require(depth < budget.depth, "deeper than the budget allows")
            for pair in object.pairs { try pair.value.count(&nodes, depth: depth + 1, within: budget) }
        default: break
        }
    }

    /// Both say the same, by every comparison that there is.
    func checkSame(as other: Value, _ what: String) throws(Violation) {
        try require(self == other, "\(what): not equal")
        try require(hashValue == other.hashValue, "\(what): equal with different hashes")
        try require(digest() == other.digest(), "\(what): equal with different digests")
        try require(differences(to: other).isEmpty, "\(what): equal with differences")
    }

    /// Whether YAML can say it with the bytes of JSON: libyaml has limits of its own for keys and characters, and
    /// numbers that no double holds are texts in YAML.
    var isSameInYAML: Bool {
        switch self {
        case .null, .bool: true
        case .number(let number): number.double.isFinite
        case .string(let text): Self.isPrintable(text)
        case .array(let items): items.allSatisfy(\.isSameInYAML)
        case .object(let object):
            object.pairs.allSatisfy { key, value in
                key.utf8.count <= Self.longestKey && Self.isPrintable(key) && value.isSameInYAML
            }
        case .secret: false
        }
    }

    /// libyaml takes no key that is written in more than 1024 characters, and an escape has six for one byte.
    private static let longestKey = 160

    /// Characters that JSON writes as they are, and YAML only escaped.
    private static func isPrintable(_ text: Text) -> Bool {
        text.string.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0..<0x7F, 0xA0..<0x2028, 0x202A..<0xD800, 0xE000..<0xFEFF, 0xFF00..<0xFFFE, 0x1_0000...: true
            default: false
            }
        }
    }

    /// Values that hold no others, with where they are.
    func leaves(at path: FieldPath = FieldPath()) -> [FieldPath] {
        switch self {
        case .array(let items) where !items.isEmpty:
            items.enumerated().flatMap { $1.leaves(at: path.appending($0)) }
        case .object(let object) where !object.isEmpty:
            object.pairs.flatMap { $0.value.leaves(at: path.appending($0.key)) }
        default: [path]
        }
    }

    func replacing(_ steps: ArraySlice<FieldPath.Step>, with value: Value) -> Value {
        guard let step = steps.first else { return value }
        switch (step, self) {
        case (.index(let index), .array(var items)) where items.indices.contains(index):
            items[index] = items[index].replacing(steps.dropFirst(), with: value)
            return .array(items)
        case (.key(let key), .object(var object)):
            object[key] = object[key]?.replacing(steps.dropFirst(), with: value)
            return .object(object)
        default: return self
        }
    }
}
