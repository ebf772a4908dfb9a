// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

extension Shape where Output == Duration {
    /// A length of time that is longer than zero: `60s`, `10m`, `1h30m`, `500ms`, `7d`; at most ten years.
    package static var duration: Shape {
        Shape<Text>.text(
            "a duration such as 60s, 10m or 1h30m", pattern: durationPattern, parse: Duration.init(parsing:))
    }
}

private let durationPattern = "^(?=.)([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$"

extension Duration {
    private static let units: [(suffix: [UInt8], milliseconds: Int64)] = [
        (Array("d".utf8), 86_400_000), (Array("h".utf8), 3_600_000), (Array("m".utf8), 60_000), (Array("s".utf8), 1000),
        (Array("ms".utf8), 1),
    ]
    private static let limit: Int64 = 3650 * 86_400_000

    /// Whole numbers with units, the larger unit first, each at most once. `nil` for anything else, for zero and for
    /// more than ten years.
    package init?(parsing text: Text) {
        var rest = Array(text.utf8)[...]
        guard !rest.isEmpty, rest.count <= 32 else { return nil }
        var total: Int64 = 0
        var units = Self.units[...]
        while !rest.isEmpty {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            rest = rest.dropFirst(digits.count)
            let suffix = rest.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
            rest = rest.dropFirst(suffix.count)
            guard let number = Int64(String(decoding: digits, as: UTF8.self)),
                let index = units.firstIndex(where: { $0.suffix.elementsEqual(suffix) })
            else { return nil }
            let (part, overflow) = number.multipliedReportingOverflow(by: units[index].milliseconds)
            guard !overflow, part <= Self.limit else { return nil }
            total += part
            units = units[(index + 1)...]
        }
        guard total > 0, total <= Self.limit else { return nil }
        self = .milliseconds(total)
    }
}
