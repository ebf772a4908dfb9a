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
