// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// YAML as kubectl reads and writes it: YAML 1.1 by libyaml, scalars resolved by the table in ``YAMLScalar``.
package enum YAML {
    /// One document of a stream.
    package struct Document: Sendable {
        package let value: Value
        /// The file as the user knows it.
        package let file: Text
        /// The whole stream, shared by its documents: places are looked up in it when somebody asks.
        let text: [UInt8]
        /// 0-based, documents without content counted.
        let index: Int
    }

    /// Reads all documents of a stream. Documents without content (only comments) are left out.
    ///
    /// - Parameter file: the name that an error gives to the text.
    /// - Throws: an error with the place of what cannot be, or of what exceeds the budget.
    package static func read(
        _ bytes: [UInt8], file: Text = "", budget: Budget = .manifest
    ) throws(ReadingError) -> [Document] {
        let result: Result<[(Int, Value)], ReadingError> = bytes.withUnsafeBytes { buffer in
            do throws(ReadingFailure) {
                var reader = try YAMLReader(buffer, budget: budget)
                return .success(try reader.read())
            } catch {
                return .failure(error.located(in: buffer, file: file))
            }
        }
        return try result.get().map { Document(value: $0.1, file: file, text: bytes, index: $0.0) }
    }
}
