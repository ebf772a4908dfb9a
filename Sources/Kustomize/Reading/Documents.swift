// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Reads single documents, with their places for errors.
enum Documents {
    /// The first document of a declaration; `nil` when there is none.
    static func first(
        _ bytes: [UInt8], file: Text, budget: Budget, scalars: YAML.Scalars = .resolved
    ) throws(KustomizeError) -> Field? {
        try all(bytes, file: file, budget: budget, scalars: scalars).first
    }

    /// Whether the first document is a map, by that document alone: what follows may be long, and is read elsewhere.
    static func beginsWithMap(_ bytes: [UInt8], file: Text, budget: Budget) throws(KustomizeError) -> Bool {
        let first = try all(Array(YAML.leadingPiece(of: bytes)), file: file, budget: budget).first
        return first?.value.objectValue?.isEmpty == false
    }

    static func all(
        _ bytes: [UInt8], file: Text, budget: Budget, scalars: YAML.Scalars = .resolved
    ) throws(KustomizeError) -> [Field] {
        do throws(ReadingError) {
            // kustomize's own files may repeat a key; the last one counts.
            return try YAML.read(
                bytes, file: file, budget: budget, scalars: scalars, duplicates: .lastWins
            ).map {
                Field($0.value, source: FieldSource(file: file, document: $0))
            }
        } catch {
            throw KustomizeError(error)
        }
    }
}
