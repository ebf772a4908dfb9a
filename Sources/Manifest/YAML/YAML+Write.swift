// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

extension YAML {
    package enum KeyOrder: Sendable {
        /// As they stand in the object.
        case given
        /// By their bytes, at every level.
        case sorted
    }

    /// Writes a value the way `kubectl` does: two spaces for each level, lists not indented below their key, texts of
    /// several lines as literal blocks, long lines never folded. The same value gives the same bytes, and reading
    /// them gives an equal value.
    ///
    /// A secret leaf is written as `<secret>`.
    package static func write(_ value: Value, keys: KeyOrder = .given) -> [UInt8] {
        var writer = YAMLWriter(keys: keys)
        writer.writeDocument(value)
        return writer.output
    }

    /// Writes a stream of documents, with `---` between them.
    package static func write(documents: [Value], keys: KeyOrder = .given) -> [UInt8] {
        var writer = YAMLWriter(keys: keys)
        var isFirst = true
        for value in documents {
            if !isFirst { writer.append("---\n") }
            isFirst = false
            writer.writeDocument(value)
        }
        return writer.output
    }
}
