// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Why a file of an operator's cannot be used, without any value that stands in it: some hold secrets.
package struct OperatorFileError: Error, Sendable, Hashable {
    package let reason: Text
}

extension Shape {
    /// What a file in the agent's own folder may come to.
    private static var budget: Budget { Budget(bytes: 1 << 16, depth: 8, nodes: 1000, documents: 1) }

    /// Decodes a small file that an operator wrote: one document of YAML.
    ///
    /// - Parameter file: its name, for errors.
    package func decode(_ bytes: [UInt8], file: Text) throws(OperatorFileError) -> Output {
        let document: YAML.Document?
        do throws(ReadingError) {
            document = try YAML.read(bytes, file: file, budget: Self.budget, keys: .asWritten).first
        } catch {
            throw OperatorFileError(reason: "\(file): is no YAML in order")
        }
        guard let document else { throw OperatorFileError(reason: "\(file): is empty") }
        do throws(InvalidFields) {
            return try decode(document.value, in: Places(document))
        } catch {
            throw OperatorFileError(reason: Text(error.errors.map(\.description).joined(separator: "; ")))
        }
    }
}
