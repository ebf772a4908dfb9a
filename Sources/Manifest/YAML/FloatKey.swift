// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

extension Number {
    /// The number as a key of a map, as `kubectl` spells it: integers in decimal, others as Go's `%g` of the nearest
    /// single-precision value, so that `1.10` becomes `1.1`. `nil` for integers above `Int64.max`, which `kubectl`
    /// refuses as keys.
    var keyText: Text? {
        switch self {
        case .signed(let value): Text(String(value))
        case .unsigned: nil
        case .decimal(let lexeme): Self.shortest(Float(lexeme.string) ?? .nan).map { Text($0) }
        }
    }

    private static func shortest(_ value: Float) -> String? {
        guard value.isFinite else { return nil }
        if value == 0 { return value.sign == .minus ? "-0" : "0" }
        guard let decimal = Decimal("\(value)") else { return nil }
        let digits = String(Substring(decimal.digits))
        let sign = decimal.isNegative ? "-" : ""
        // The power of ten of the first digit.
        let power = decimal.exponent + digits.utf8.count - 1
        guard (-4..<6).contains(power) else {
            let magnitude = power < 0 ? -power : power
            let fraction = digits.dropFirst()
            return sign + digits.prefix(1) + (fraction.isEmpty ? "" : "." + fraction)
                + (power < 0 ? "e-" : "e+") + (magnitude < 10 ? "0" : "") + "\(magnitude)"
        }
        if power < 0 { return sign + "0." + String(repeating: "0", count: -power - 1) + digits }
        let whole = digits.prefix(power + 1)
        let fraction = digits.dropFirst(power + 1)
        return sign + whole + String(repeating: "0", count: power + 1 - whole.utf8.count)
            + (fraction.isEmpty ? "" : "." + fraction)
    }
}
