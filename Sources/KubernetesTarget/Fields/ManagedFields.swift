// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Who manages which fields of a live object, as far as the server knows.
struct ManagedFields: Sendable {
    struct Entry: Sendable, Hashable {
        var manager: Text
        var isApply: Bool
        /// In which the fields are named.
        var apiVersion: Text
        /// RFC 3339; empty where the server gives none.
        var time: Text
        /// `status`, `scale`; empty for the object itself.
        var subresource: Text
        var fields: Value

        /// `nil` when it cannot be read.
        var set: FieldSet? { FieldSet(fieldsV1: fields) }
    }

    /// More than any server keeps.
    static let entryLimit = 1000

    let entries: [Entry]

    init(of object: Value) {
        entries = (object["metadata"]?["managedFields"]?.arrayValue ?? []).prefix(Self.entryLimit).map { entry in
            Entry(
                manager: entry["manager"]?.stringValue ?? "", isApply: entry["operation"]?.stringValue == "Apply",
                apiVersion: entry["apiVersion"]?.stringValue ?? "", time: entry["time"]?.stringValue ?? "",
                subresource: entry["subresource"]?.stringValue ?? "", fields: entry["fieldsV1"] ?? .null)
        }
    }

    /// What we applied. What a webhook wrote during our request stands under our name too, but not as applied.
    func applied(by manager: Text) -> Entry? {
        entries.first { $0.isApply && $0.manager == manager && $0.subresource.isEmpty }
    }

    /// The others that own a field, the newest first; one that also stands for what webhooks wrote in our requests is
    /// no other.
    func owners(of path: [FieldSet.Element], besides manager: Text) -> [Entry] {
        entries.filter { entry in
            guard entry.manager != manager, let set = entry.set else { return false }
            return set.reaches(path)
        }
        .sorted { $0.time > $1.time }
    }

    /// All that own a field, the newest first.
    func holders(of path: [FieldSet.Element]) -> [Entry] {
        entries.filter { $0.set?.reaches(path) ?? false }.sorted { $0.time > $1.time }
    }

    /// Whether a webhook wrote a field in one of our requests.
    func wasWrittenWithUs(_ path: [FieldSet.Element], manager: Text) -> Bool {
        entries.contains { $0.manager == manager && !$0.isApply && ($0.set?.reaches(path) ?? false) }
    }
}

extension FieldSet {
    /// Whether the set holds the field, something beneath it, or a whole that it is part of.
    func reaches(_ path: [Element]) -> Bool {
        var set = self
        for element in path {
            if set.isWhole { return true }
            guard let next = set.children[element] else { return false }
            set = next
        }
        return !set.isEmpty
    }
}
