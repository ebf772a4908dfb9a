// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Resolves what was kept as it was written: kustomize passes its output through JSON, which leaves of a number its
/// value and of a date its RFC 3339 form.
enum FinalValue {
    static func of(_ value: Value) -> Value {
        switch value {
        case .number(.decimal(let lexeme)): number(lexeme)
        case .array(let items): .array(items.map(of))
        case .object(let object): .object(Object(uniquePairs: object.pairs.map { ($0.key, of($0.value)) }))
        default: value
        }
    }

    /// Changes only what is not final yet, so that most of a large object is not copied.
    ///
    /// - Returns: how many values it looked at.
    @discardableResult
    static func settle(_ value: inout Value) -> Int {
        var count = 1
        switch value.shape {
        case .list:
            _ = value.editArray { items in
                count += items.count
                for index in items.indices where !isFinal(items[index]) { count += settle(&items[index]) }
            }
        case .map:
            _ = value.editObject { object in
                count += object.count
                for index in object.pairs.indices where !isFinal(object.pairs[index].value) {
                    count += settle(&object[at: index])
                }
            }
        case .null, .scalar: if case .number(.decimal(let lexeme)) = value { value = number(lexeme) }
        }
        return count
    }

    /// Whether a value is surely as it will be.
    private static func isFinal(_ value: Value) -> Bool {
        switch value {
        case .number(.decimal), .array, .object: false
        default: true
        }
    }

    private static func number(_ lexeme: Text) -> Value {
        if lexeme == Value.writtenNull { return .null }
        if let timestamp = Timestamp(lexeme) { return .string(Text(timestamp.rfc3339)) }
        guard let number = Number(resolving: lexeme) else { return .string(lexeme) }
        guard case .decimal = number else { return .number(number) }
        return .number(GoFloat.number(number.double))
    }
}

/// Floating point numbers as Go writes them.
enum GoFloat {
    /// The number that comes out of JSON: an integer where it is one, by its shortest digits.
    static func number(_ value: Double) -> Number {
        let (digits, exponent) = shortest(value.magnitude)
        if value == 0 { return .signed(0) }
        if (0..<20).contains(exponent), digits.utf8.count <= exponent + 1 {
            let whole = digits + String(repeating: "0", count: exponent + 1 - digits.utf8.count)
            if let integer = Int64((value < 0 ? "-" : "") + whole) { return .signed(integer) }
            if value > 0, let integer = UInt64(whole) { return Number(integer) }
        }
        return .decimal(Text(text(value)))
    }

    /// As `%g` has it with as few digits as tell the number from others: `1.5`, `1e+21`, `1e-05`.
    static func text(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : "null" }
        let (digits, exponent) = shortest(value.magnitude)
        let sign = value < 0 ? "-" : ""
        guard (-4..<6).contains(exponent) else {
            let fraction = digits.dropFirst()
            let magnitude = exponent < 0 ? -exponent : exponent
            return sign + digits.prefix(1) + (fraction.isEmpty ? "" : "." + fraction)
                + (exponent < 0 ? "e-" : "e+") + (magnitude < 10 ? "0" : "") + String(magnitude)
        }
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let whole = digits.prefix(exponent + 1)
        let fraction = digits.dropFirst(exponent + 1)
        return sign + whole + String(repeating: "0", count: exponent + 1 - whole.utf8.count)
            + (fraction.isEmpty ? "" : "." + fraction)
    }

    /// The digits that tell a number from its neighbours, and the power of ten of the first.
    private static func shortest(_ value: Double) -> (digits: String, exponent: Int) {
        let text = "\(value)"
        let parts = text.split(separator: "e")
        let written = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let number = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = String(number[0])
        let fraction = number.count > 1 && number[1] != "0" ? String(number[1]) : ""
        var digits = Substring(whole + fraction)
        var exponent = written + whole.utf8.count - 1
        while digits.first == "0", digits.count > 1 {
            digits.removeFirst()
            exponent -= 1
        }
        while digits.last == "0", digits.count > 1 { digits.removeLast() }
        return (String(digits), exponent)
    }
}
