// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

extension Text: Wire {
    package init(wire: Value) throws(WireError) {
        guard let text = wire.stringValue else { throw .expected("a string", in: wire) }
        self = text
    }

    package var wire: Value { .string(self) }
    /// Absent instead of empty.
    package var wireUnlessEmpty: Value? { isEmpty ? nil : wire }
}

extension Bool: Wire {
    package init(wire: Value) throws(WireError) {
        switch wire {
        case .bool(let bool): self = bool
        case .string("true"): self = true
        case .string("false"): self = false
        default: throw .expected("a boolean", in: wire)
        }
    }

    package var wire: Value { .bool(self) }
}

extension Int: Wire {
    /// Digits in a string count too, which is how a query string says it.
    package init(wire: Value) throws(WireError) {
        if let text = wire.stringValue, let number = Int(text.string) {
            self = number
        } else if let number = wire.intValue.flatMap(Int.init(exactly:)) {
            self = number
        } else {
            throw .expected("a whole number", in: wire)
        }
    }

    package var wire: Value { .number(Number(Int64(self))) }
}

extension UInt64: Wire {
    package init(wire: Value) throws(WireError) {
        if let text = wire.stringValue, let number = UInt64(text.string) {
            self = number
        } else if case .number(.unsigned(let number)) = wire {
            self = number
        } else if let number = wire.intValue.flatMap(UInt64.init(exactly:)) {
            self = number
        } else {
            throw .expected("a whole number of at least 0", in: wire)
        }
    }

    package var wire: Value { .number(Number(self)) }
}

extension Value: Wire {
    package init(wire: Value) { self = wire }

    /// The same value with every secret leaf replaced by `<secret>`.
    package var wire: Value {
        switch self {
        case .null, .bool, .number, .string: self
        case .array(let items): .array(items.map(\.wire))
        case .object(let object): .object(Object(uniquePairs: object.pairs.map { ($0.key, $0.value.wire) }))
        case .secret: "<secret>"
        }
    }
}

extension Time: Wire {
    package init(wire: Value) throws(WireError) {
        guard let time = wire.stringValue.flatMap(Time.init(parsing:)) else {
            throw .expected("a time such as 2026-11-23T09:30:00Z", in: wire)
        }
        self = time
    }

    package var wire: Value { .string(Text(description)) }
}

extension Digest: Wire {
    package init(wire: Value) throws(WireError) {
        guard let digest = wire.stringValue.flatMap({ Digest(hex: $0.string) }) else {
            throw .expected("a SHA-256 digest in hexadecimal digits", in: wire)
        }
        self = digest
    }

    package var wire: Value { .string(Text(hex)) }
}

/// Reads the cases of an enum by their raw value, and lists them when there is no such case.
func readCase<Case: RawRepresentable & CaseIterable>(_ wire: Value) throws(WireError) -> Case
where Case.RawValue == String {
    if let raw = wire.stringValue, let match = Case.allCases.first(where: { Text($0.rawValue) == raw }) { return match }
    throw .expected("one of \(Case.allCases.map(\.rawValue).joined(separator: ", "))", in: wire)
}
