// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// JSON text (RFC 8259), strictly: UTF-8 without a byte order mark, unique keys, nothing after the value.
package enum JSON {
    /// Reads one value.
    ///
    /// - Parameter file: the name that an error gives to the text.
    /// - Throws: an error with the place of the first byte that cannot be, or of what exceeds the budget.
    package static func read(
        _ bytes: [UInt8], file: Text = "", budget: Budget = .manifest
    ) throws(ReadingError) -> Value {
        try bytes.withUnsafeBytes { Result(reading: $0, file: file, budget: budget) }.get()
    }

    package static func read(
        _ bytes: UnsafeRawBufferPointer, file: Text = "", budget: Budget = .manifest
    ) throws(ReadingError) -> Value {
        try Result(reading: bytes, file: file, budget: budget).get()
    }

    package enum Style: Sendable {
        /// On one line, without spaces, keys as they stand.
        case compact
        /// For people: two spaces for each level, a line feed at the end.
        case pretty
        /// Compact with keys in the order of their bytes and numbers in one spelling: equal values, equal bytes.
        case canonical
    }

    /// Writes a value. A secret leaf is written as `"<secret>"`.
    package static func write(_ value: Value, style: Style = .compact) -> [UInt8] {
        var writer = JSONWriter(style: style)
        writer.write(value, level: 0)
        return writer.finish()
    }
}

extension Result<Value, ReadingError> {
    fileprivate init(reading bytes: UnsafeRawBufferPointer, file: Text, budget: Budget) {
        var reader = JSONReader(bytes, budget: budget)
        do throws(ReadingFailure) {
            self = .success(try reader.read())
        } catch {
            self = .failure(error.located(in: bytes, file: file))
        }
    }
}
