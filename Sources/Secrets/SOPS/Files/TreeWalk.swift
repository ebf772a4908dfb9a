// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// The walk over a tree of maps and lists, the same for reading and for putting values back.
struct TreeWalk {
    /// The next value's number.
    private var slot = 0

    /// Calls `leaf` for each scalar but null, in order, and puts what it returns in its place.
    mutating func map(
        _ value: Value, path: [Text] = [], isRoot: Bool = true,
        _ leaf: (Int, [Text], Value) throws(SecretsError) -> Value
    ) throws(SecretsError) -> Value {
        switch value {
        case .null: return .null
        case .array(let items):
            var result: [Value] = []
            for item in items { result.append(try map(item, path: path, isRoot: false, leaf)) }
            return .array(result)
        case .object(let object):
            var pairs: [Object.Pair] = []
            for (key, value) in object.pairs where !(isRoot && key == SOPSMetadata.key) {
                pairs.append((key, try map(value, path: path + [key], isRoot: false, leaf)))
            }
            return .object(Object(uniquePairs: pairs))
        case .bool, .number, .string, .secret:
            defer { slot += 1 }
            return try leaf(slot, path, value)
        }
    }
}

extension Value {
    /// A decrypted value that goes into a tree: a text as it is, numbers as JSON writes them.
    init(_ scalar: Scalar) throws(SecretsError) {
        switch scalar {
        case .string(let bytes):
            guard let text = Text(utf8: bytes) else {
                throw SecretsError(.malformed, "a decrypted value is not UTF-8, which this format cannot say")
            }
            self = .string(text)
        case .int(let value): self = .number(Number(value))
        case .float(let value):
            guard let number = Number(lexeme: PlainFloat.format(value)) else {
                throw SecretsError(.malformed, "a decrypted value is a number that JSON cannot say")
            }
            self = .number(number)
        case .bool(let value): self = .bool(value)
        case .time(let text): self = .string(text)
        }
    }
}

extension Value {
    /// A text as a secret leaf.
    fileprivate init(hiding scalar: Scalar) throws(SecretsError) {
        guard case .string(let text) = try Value(scalar) else {
            throw SecretsError(
                .unsupported, "a number or boolean is encrypted, and only texts can be kept secret in an object",
                advice: "put it in quotes, or leave it plain with encrypted_regex")
        }
        self = .secret(Secret(text))
    }
}

extension Replacement {
    func value(hidesTexts: Bool) throws(SecretsError) -> Value {
        switch self {
        case .plain(let scalar):
            hidesTexts ? try Value(hiding: scalar) : try Value(scalar)
        case .encrypted(let text): .string(Text(text))
        case .comment(let text): .string(text)
        }
    }
}

extension Number {
    /// As a double, when that loses nothing.
    func float(at path: [Text]) throws(SecretsError) -> Scalar {
        let value = double
        guard value.isFinite, Number(lexeme: PlainFloat.format(value)) == self else {
            let name = path.map(\.string).joined(separator: ".")
            throw SecretsError(
                .unsupported, "\(name): SOPS keeps numbers as 64-bit floats, and this one would change",
                advice: "write it as a text, in quotes")
        }
        return .float(value)
    }
}
