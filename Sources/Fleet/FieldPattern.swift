// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Fields of an object as a person writes them: `spec.replicas`, `metadata.annotations["a.b/c"]`,
/// `spec.template.spec.containers[name=web].image`, `spec.ports[*].nodePort`. A field stands for all beneath it.
package struct FieldPattern: Sendable, Hashable {
    package enum Step: Sendable, Hashable {
        case key(Text)
        /// The item of a list whose field has a value.
        case item(key: Text, value: Text)
        case index(Int)
        /// Every key of a map, every item of a list.
        case any
    }

    package let text: Text
    /// Never empty.
    package let steps: [Step]

    /// `nil` for what is no pattern.
    package init?(_ text: Text) {
        var reader = Reader(rest: Array(text.utf8)[...])
        guard let steps = reader.read() else { return nil }
        self.text = text
        self.steps = steps
    }

    /// Whether this field lies at a path or above it.
    package func covers(_ path: FieldPath, in value: Value) -> Bool {
        guard path.steps.count >= steps.count else { return false }
        var parent: Value? = value
        for (pattern, step) in zip(steps, path.steps) {
            switch (pattern, step) {
            case (.any, _): break
            case (.key(let key), .key(let other)) where key == other: break
            case (.index(let index), .index(let other)) where index == other: break
            case (.item(let key, let wanted), .index(let index)):
                let items = parent?.arrayValue ?? []
                guard items.indices.contains(index), items[index][key]?.plainText == wanted else { return false }
            default: return false
            }
            parent = parent?[FieldPath([step])]
        }
        return true
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>
        var steps: [Step] = []

        mutating func read() -> [Step]? {
            while let first = rest.first {
                if first == UInt8(ascii: "[") {
                    guard let step = readBracket() else { return nil }
                    steps.append(step)
                    continue
                }
                if !steps.isEmpty {
                    guard first == UInt8(ascii: ".") else { return nil }
                    rest = rest.dropFirst()
                }
                guard let name = Text(utf8: take { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "[") }), !name.isEmpty
                else { return nil }
                steps.append(name == "*" ? .any : .key(name))
            }
            return steps.isEmpty || steps.count > 64 ? nil : steps
        }

        private mutating func readBracket() -> Step? {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "\"") {
                rest = rest.dropFirst()
                let name = Text(utf8: take { $0 != UInt8(ascii: "\"") })
                guard let name, !name.isEmpty, rest.starts(with: "\"]".utf8) else { return nil }
                rest = rest.dropFirst(2)
                return .key(name)
            }
            let inside = take { $0 != UInt8(ascii: "]") }
            guard rest.first == UInt8(ascii: "]"), let text = Text(utf8: inside) else { return nil }
            rest = rest.dropFirst()
            if text == "*" { return .any }
            if inside.count <= 9, inside.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
                return Int(text.string).map { .index($0) }
            }
            guard let equals = inside.firstIndex(of: UInt8(ascii: "=")), equals > inside.startIndex,
                let key = Text(utf8: inside[..<equals]), let value = Text(utf8: inside[(equals + 1)...])
            else { return nil }
            return .item(key: key, value: value)
        }

        private mutating func take(while holds: (UInt8) -> Bool) -> ArraySlice<UInt8> {
            let taken = rest.prefix(while: holds)
            rest = rest[taken.endIndex...]
            return taken
        }
    }
}

extension Value {
    /// A scalar as a person would write it into a pattern.
    package var plainText: Text? {
        switch self {
        case .string(let text): text
        case .number(let number): Text(number.lexeme)
        case .bool(let bool): bool ? "true" : "false"
        case .null, .array, .object, .secret: nil
        }
    }
}
