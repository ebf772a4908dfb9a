// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Metadata in formats that know no nesting (ENV, INI): `age__list_0__map_enc=…`, line feeds as `\n`.
enum FlatMetadata {
    /// The nested map. Not all of a name's steps need to fit each other: strangers write it.
    static func unflatten(_ pairs: [(key: Text, value: Text)]) throws(SecretsError) -> Value {
        var root = Node.map([])
        for (key, value) in pairs {
            let text = Text(String(decoding: EscapedBreaks.decode(Array(value.utf8)), as: UTF8.self))
            let leaf: Value =
                switch key {
                case "mac_only_encrypted": .bool(text == "true")
                case "shamir_threshold": Int64(text.string).map { .number(Number($0)) } ?? .string(text)
                default: .string(text)
                }
            guard root.put(leaf, steps(of: key)[...]) else {
                throw SecretsError(.malformed, "the metadata \"\(key)\" do not fit the others")
            }
        }
        return root.value
    }

    /// Ordered by name.
    static func flatten(_ value: Value) -> [(key: Text, value: Text)] {
        var pairs: [(key: Text, value: Text)] = []
        func walk(_ value: Value, _ path: String) {
            switch value {
            case .object(let object):
                for (key, value) in object.pairs { walk(value, path.isEmpty ? key.string : "\(path)__map_\(key)") }
            case .array(let items):
                for (index, item) in items.enumerated() { walk(item, "\(path)__list_\(index)") }
            case .string(let text):
                let line = EscapedBreaks.encode(Array(text.utf8))
                pairs.append((Text(path), Text(String(decoding: line, as: UTF8.self))))
            case .number(let number): pairs.append((Text(path), Text(number.lexeme)))
            case .bool(let bool): pairs.append((Text(path), bool ? "true" : "false"))
            case .null, .secret: break
            }
        }
        walk(value, "")
        return pairs.sorted { $0.key < $1.key }
    }

    private enum Step {
        case key(Text)
        case index(Int)
    }

    private static func steps(of key: Text) -> [Step] {
        var steps: [Step] = []
        var rest = key.string[...]
        var isList = false
        while true {
            let map = rest.firstRange(of: "__map_")
            let list = rest.firstRange(of: "__list_")
            let isNextList = list.map { list in map.map { list.lowerBound < $0.lowerBound } ?? true } ?? false
            let range = isNextList ? list : map
            let part = rest[..<(range?.lowerBound ?? rest.endIndex)]
            // A position beyond all reason would be a list of that length.
            if isList, let index = Int(part), (0..<1000).contains(index) {
                steps.append(.index(index))
            } else {
                steps.append(.key(Text(String(part))))
            }
            guard let range else { return steps }
            rest = rest[range.upperBound...]
            isList = isNextList
        }
    }

    private indirect enum Node {
        case leaf(Value)
        case map([(key: Text, node: Node)])
        case list([Int: Node])

        mutating func put(_ leaf: Value, _ steps: ArraySlice<Step>) -> Bool {
            guard let step = steps.first else {
                self = .leaf(leaf)
                return true
            }
            let rest = steps.dropFirst()
            var next: Node =
                switch rest.first {
                case .key: .map([])
                case .index: .list([:])
                case nil: .leaf(.null)
                }
            switch (self, step) {
            case (.map(var pairs), .key(let key)):
                let index = pairs.firstIndex { $0.key == key }
                if let index { next = pairs[index].node }
                guard next.put(leaf, rest) else { return false }
                if let index { pairs[index].node = next } else { pairs.append((key, next)) }
                self = .map(pairs)
            case (.list(var items), .index(let index)):
                next = items[index] ?? next
                guard next.put(leaf, rest) else { return false }
                items[index] = next
                self = .list(items)
            default: return false
            }
            return true
        }

        var value: Value {
            switch self {
            case .leaf(let value): value
            case .map(let pairs): .object(Object(uniquePairs: pairs.map { ($0.key, $0.node.value) }))
            case .list(let items): .array(items.sorted { $0.key < $1.key }.map(\.value.value))
            }
        }
    }
}

/// Line feeds in formats that know none in a value: `\n`. By bytes, since to Swift a line feed can be part of a letter.
enum EscapedBreaks {
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        for byte in bytes {
            if byte == UInt8(ascii: "\n") { output += "\\n".utf8 } else { output.append(byte) }
        }
        return output
    }

    static func decode(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        for byte in bytes {
            if byte == UInt8(ascii: "n"), output.last == UInt8(ascii: "\\") {
                output[output.count - 1] = UInt8(ascii: "\n")
            } else {
                output.append(byte)
            }
        }
        return output
    }
}
