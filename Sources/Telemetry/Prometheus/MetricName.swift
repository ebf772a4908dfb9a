// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Names and values as Prometheus' text format wants them.
enum MetricName {
    /// Letters, digits, `_` and `:`, not beginning with a digit; every other byte becomes `_`.
    static func metric(_ label: String) -> String { clean(label, allowColon: true) }

    /// As a metric's name, without `:`.
    static func label(_ name: String) -> String { clean(name, allowColon: false) }

    private static func clean(_ text: String, allowColon: Bool) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
                bytes.append(byte)
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if bytes.isEmpty { bytes.append(UInt8(ascii: "_")) }
                bytes.append(byte)
            case UInt8(ascii: ":") where allowColon: bytes.append(byte)
            default: bytes.append(UInt8(ascii: "_"))
            }
        }
        return bytes.isEmpty ? "_" : String(decoding: bytes, as: UTF8.self)
    }

    /// `a="1",b="2"`, ordered by name; empty for none. Of two dimensions with one name the first counts.
    static func labels(_ dimensions: [(String, String)]) -> String {
        var seen: Set<String> = []
        var pairs: [(name: String, value: String)] = []
        for (name, value) in dimensions {
            let name = label(name)
            if seen.insert(name).inserted { pairs.append((name, value)) }
        }
        return pairs.sorted { $0.name < $1.name }
            .map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }
            .joined(separator: ",")
    }

    /// Escaped by bytes: what a combining mark follows is escaped all the same.
    static func escaped(_ text: String, quotes: Bool) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes += Array("\\\\".utf8)
            case UInt8(ascii: "\n"): bytes += Array("\\n".utf8)
            case UInt8(ascii: "\"") where quotes: bytes += Array("\\\"".utf8)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let integer = Int64(exactly: value) { return String(integer) }
        return value.description
    }
}
