// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// The input of a reading route as the query of a URL: `unit=web%40prod&unit=shop&limit=20`.
///
/// Carries what a flat object of scalars and of lists of scalars can say. Reading gives strings, and a list for a key
/// that comes more than once; ``WireFields`` takes them as what they stand for.
package enum Query {
    /// Empty when the object is.
    package static func write(_ wire: Value) -> String {
        var parts: [String] = []
        for (key, value) in wire.objectValue?.pairs ?? [] {
            for item in value.arrayValue ?? [value] {
                guard let text = scalar(item) else { continue }
                parts.append(PercentEncoding.encode(key.utf8) + "=" + PercentEncoding.encode(text.utf8))
            }
        }
        return parts.joined(separator: "&")
    }

    /// `nil` when something is not percent-encoded UTF-8, or when there are more than 1000 parts.
    package static func read(_ query: some Collection<UInt8>) -> Value? {
        var order: [Text] = []
        var values: [Text: [Value]] = [:]
        let parts = Array(query).split(separator: UInt8(ascii: "&"))
        guard parts.count <= 1000 else { return nil }
        for part in parts {
            let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = halves.first, let key = PercentEncoding.decode(first).flatMap({ Text(utf8: $0) }),
                let value = PercentEncoding.decode(halves.count > 1 ? halves[1] : []).flatMap({ Text(utf8: $0) })
            else { return nil }
            if values[key] == nil { order.append(key) }
            values[key, default: []].append(.string(value))
        }
        return .object(
            Object(
                uniquePairs: order.map { key in
                    let items = values[key] ?? []
                    return (key, items.count == 1 ? items[0] : .array(items))
                }))
    }

    private static func scalar(_ value: Value) -> Text? {
        switch value {
        case .string(let text): text
        case .number(let number): Text(number.lexeme)
        case .bool(let bool): bool ? "true" : "false"
        case .null, .array, .object, .secret: nil
        }
    }
}

/// RFC 3986's encoding; only unreserved characters stand for themselves.
package enum PercentEncoding {
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.unicodeScalars.append(UnicodeScalar(byte))
            default:
                text += "%" + Hex.encode([byte]).uppercased()
            }
        }
        return text
    }

    /// `nil` when a `%` is not followed by two hexadecimal digits. A `+` is a space, as forms write it.
    package static func decode(_ bytes: some Sequence<UInt8>) -> [UInt8]? {
        var decoded: [UInt8] = []
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "+"):
                decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = iterator.next(), let low = iterator.next(),
                    let pair = Hex.decode(String(decoding: [high, low], as: UTF8.self)), let value = pair.first
                else { return nil }
                decoded.append(value)
            default:
                decoded.append(byte)
            }
        }
        return decoded
    }
}
