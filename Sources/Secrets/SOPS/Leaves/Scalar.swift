// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A value that SOPS can encrypt, with the type that it has behind the encryption.
enum Scalar: Sendable, Hashable {
    /// Bytes, since a binary file is one text to SOPS.
    case string([UInt8])
    case int(Int64)
    case float(Double)
    case bool(Bool)
    /// In RFC 3339.
    case time(Text)

    /// The name of the type in `ENC[…,type:…]`.
    var typeName: String {
        switch self {
        case .string: "str"
        case .int: "int"
        case .float: "float"
        case .bool: "bool"
        case .time: "time"
        }
    }

    /// What is encrypted, and what the message authentication code is over.
    var bytes: [UInt8] {
        switch self {
        case .string(let bytes): bytes
        case .int(let value): Array(String(value).utf8)
        case .float(let value): Array(PlainFloat.format(value).utf8)
        case .bool(let value): Array((value ? "True" : "False").utf8)
        case .time(let text): Array(text.utf8)
        }
    }

    /// - Throws: an error that does not repeat the value.
    init(_ bytes: [UInt8], type: Substring) throws(SecretsError) {
        let text = String(validating: bytes, as: UTF8.self)
        switch type {
        case "str", "bytes":
            self = .string(bytes)
            return
        case "int", "int64":
            if let text, let value = Int64(text) {
                self = .int(value)
                return
            }
        case "float":
            if let text, let value = Double(text) {
                self = .float(value)
                return
            }
        case "bool":
            if let text, ["1", "t", "T", "TRUE", "true", "True"].contains(text) {
                self = .bool(true)
                return
            }
            if let text, ["0", "f", "F", "FALSE", "false", "False"].contains(text) {
                self = .bool(false)
                return
            }
        case "time":
            if let text {
                self = .time(Text(text))
                return
            }
        default:
            throw SecretsError(.unsupported, "an encrypted value is of the unknown type \"\(type.prefix(20))\"")
        }
        throw SecretsError(.malformed, "an encrypted value is no \(type)")
    }
}

/// Numbers as Go writes them with the format `f` and the fewest digits: never with an exponent.
enum PlainFloat {
    static func format(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        let sign = value.sign == .minus ? "-" : ""
        var digits = value.magnitude.description
        var exponent = 0
        if let mark = digits.firstIndex(of: "e") {
            exponent = Int(digits[digits.index(after: mark)...]) ?? 0
            digits = String(digits[..<mark])
        }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        let whole = String(parts[0])
        var fraction = parts.count > 1 ? String(parts[1]) : ""
        if fraction == "0" { fraction = "" }
        // Move the point.
        let all = whole + fraction
        let point = whole.utf8.count + exponent
        if point <= 0 { return trimmed(sign, "0", String(repeating: "0", count: -point) + all) }
        if point >= all.utf8.count {
            return trimmed(sign, all + String(repeating: "0", count: point - all.utf8.count), "")
        }
        return trimmed(sign, String(all.prefix(point)), String(all.dropFirst(point)))
    }

    private static func trimmed(_ sign: String, _ whole: String, _ fraction: String) -> String {
        var fraction = fraction
        while fraction.utf8.last == UInt8(ascii: "0") { fraction.removeLast() }
        var whole = whole
        while whole.utf8.count > 1, whole.utf8.first == UInt8(ascii: "0") { whole.removeFirst() }
        return sign + whole + (fraction.isEmpty ? "" : "." + fraction)
    }
}
