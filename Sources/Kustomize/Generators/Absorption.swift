// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

extension ResourceSet {
    /// Adds what a generator made: as a new object, or merged into or in place of one that is there, as it says.
    mutating func absorb(_ generated: Resource) throws(KustomizeError) {
        let id = generated.id
        let found = indices(of: id)
        guard let index = found.first else {
            guard generated.behavior == .create else {
                throw KustomizeError(
                    generated.place.asPlace, "there is no \(id) to \(generated.behavior.rawValue)",
                    advice: "name and namespace must be those that the base gives it; or leave out the behavior")
            }
            return try append(generated)
        }
        guard found.count == 1 else {
            throw KustomizeError(
                generated.place.asPlace, "\(id) may mean any of \(found.count) objects",
                advice: "give the generator the namespace of the one that is meant")
        }
        guard generated.behavior != .create else {
            throw KustomizeError(
                generated.place.asPlace, "\(id) is there already, from \(items[index].place)",
                advice: "give the generator behavior: merge or behavior: replace")
        }
        try replace(at: index, with: Self.combined(generated, with: items[index]))
    }

    private static func combined(_ new: Resource, with old: Resource) -> Resource {
        var result = new
        let labels = merged(old.texts(of: "labels"), new.texts(of: "labels"))
        let annotations = merged(old.texts(of: "annotations"), new.texts(of: "annotations"))
        _ = result.value.editObject { root in
            _ = root.edit("metadata") { metadata in
                metadata.editObject { metadata in
                    metadata["labels"] = labels.isEmpty ? nil : .object(Object(uniquePairs: labels))
                    metadata["annotations"] = annotations.isEmpty ? nil : .object(Object(uniquePairs: annotations))
                }
            }
            guard new.behavior == .merge else { return }
            for field: Text in ["data", "binaryData"] {
                let pairs = merged(old.value[field]?.objectValue?.pairs ?? [], root[field]?.objectValue?.pairs ?? [])
                root[field] = pairs.isEmpty ? nil : .object(Object(uniquePairs: pairs))
            }
        }
        result.setName(old.name)
        result.setNamespace(old.namespace)
        result.previous = old.previous
        result.prefixes = old.prefixes
        result.suffixes = old.suffixes
        result.variables = old.variables
        result.needsHash = old.needsHash && new.needsHash
        result.quoted = old.quoted
        if new.behavior == .merge { result.origin = old.origin ?? new.origin }
        result.transformations = old.transformations
        return result
    }

    /// Texts of both, those of the second where both have a key.
    private static func merged(_ first: [Object.Pair], _ second: [Object.Pair]) -> [Object.Pair] {
        var all = Object()
        for (key, value) in first + second { all[key] = .string(value.scalarText ?? "") }
        return all.pairs
    }
}
