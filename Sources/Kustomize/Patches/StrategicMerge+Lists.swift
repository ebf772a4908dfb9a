// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Lists that are merged by the keys of their items.
///
/// The items of the patch come first, in its order, then those that only the object has. Two items of the object with
/// one key become one, the last; that, too, is kustomize's way.
extension StrategicMerge {
    mutating func mergeList(
        _ value: inout Value, _ patch: Value?, keys: [Text], elements: MergeSchema?
    ) throws(MergeFailure) -> Outcome {
        var changes: [Value] = []
        if let patch {
            guard let items = patch.arrayValue else { throw Self.mismatch(value, patch) }
            changes = items
        }
        guard case .array(var items) = value else { return .kept }
        value = .null
        if keys.isEmpty {
            items = try mergeTexts(items, changes)
        } else {
            try mergeItems(&items, changes, keys: keys, elements: elements)
        }
        value = .array(items)
        return .kept
    }

    /// Items that are their own keys.
    private mutating func mergeTexts(_ items: [Value], _ changes: [Value]) throws(MergeFailure) -> [Value] {
        try count(items.count + changes.count)
        var seen: Set<Text> = []
        return (changes + items).filter { item in item.scalarText.map { seen.insert($0).inserted } ?? false }
    }

    private mutating func mergeItems(
        _ items: inout [Value], _ changes: [Value], keys: [Text], elements: MergeSchema?
    ) throws(MergeFailure) {
        // A single item without a key can be told apart from nothing, and stays as it is.
        if changes.isEmpty, items.count == 1, Identity(items[0], keys: keys) == nil {
            _ = try inPath(of: .index(0)) { (merge) throws(MergeFailure) in
                try merge.merge(&items[0], nil, elements)
            }
            return
        }
        let itemKeys = try identities(of: items, keys: keys)
        let changeKeys = try identities(of: changes, keys: keys)
        try count(items.count + changes.count)
        var places: [Identity: Int] = [:]
        for (index, identity) in itemKeys.enumerated() where places[identity] == nil { places[identity] = index }
        var merged = MergedItems()
        for (index, identity) in changeKeys.enumerated() where !merged.knows(identity) {
            guard let place = places[identity] else {
                if keys.count > 1, try overlaps(identity, itemKeys) { continue }
                merged.put(
                    try inPath(of: .index(index)) { (merge) throws(MergeFailure) in
                        try merge.added(changes[index], elements)
                    }, identity)
                continue
            }
            let outcome = try inPath(of: .index(index)) { (merge) throws(MergeFailure) in
                try merge.merge(&items[place], changes[index], elements)
            }
            switch outcome {
            case .kept: merged.put(items[place], identity)
            case .removed: merged.put(nil, identity)
            // By a single key the old item wins over the one that should replace it; kustomize has it so.
            case .replaced(let value):
                merged.put(keys.count == 1 ? items[place] : value, identity)
            }
        }
        for (index, identity) in itemKeys.enumerated() {
            // The first of its kind was merged with the patch above.
            if merged.knows(identity), places[identity] == index || merged.isRemoved(identity) { continue }
            _ = try inPath(of: .index(index)) { (merge) throws(MergeFailure) in
                try merge.merge(&items[index], nil, elements)
            }
            merged.put(items[index], identity)
        }
        items = merged.values
    }

    /// Whether some item agrees with an identity in all keys that both have. What a patch says of such a one is lost,
    /// because it is not clear which is meant: `containerPort: 80` against `containerPort: 80, protocol: UDP`.
    private mutating func overlaps(_ identity: Identity, _ others: [Identity]) throws(MergeFailure) -> Bool {
        try count(others.count)
        return others.contains { $0.overlaps(identity) }
    }

    private func identities(of items: [Value], keys: [Text]) throws(MergeFailure) -> [Identity] {
        var identities: [Identity] = []
        identities.reserveCapacity(items.count)
        for (index, item) in items.enumerated() {
            guard let identity = Identity(item, keys: keys) else {
                throw MergeFailure(
                    reason:
                        "an item has no \(keys.map(\.string).joined(separator: " or ")), by which the list is merged",
                    path: [.index(index)])
            }
            identities.append(identity)
        }
        return identities
    }

    /// What a list comes to, each item once.
    private struct MergedItems {
        private var items: [Value?] = []
        private var places: [Identity: Int] = [:]

        /// Adds an item, or puts it in the place of the one with its identity; `nil` for one that is removed.
        mutating func put(_ value: Value?, _ identity: Identity) {
            let kept = value.flatMap { $0.isEmptyObject ? nil : $0 }
            if let place = places[identity] {
                items[place] = kept
            } else {
                places[identity] = items.count
                items.append(kept)
            }
        }

        func knows(_ identity: Identity) -> Bool { places[identity] != nil }
        func isRemoved(_ identity: Identity) -> Bool { places[identity].map { items[$0] == nil } ?? false }
        var values: [Value] { items.compactMap { $0 } }
    }

    /// What tells an item of a list apart: the values of its merge keys, as far as it has them.
    struct Identity: Hashable {
        /// By the first key; empty when the item lacks it. Most lists have no other.
        private let first: Text
        /// By the other keys.
        private let others: [Text]

        /// `nil` when the item has none of the keys.
        init?(_ item: Value, keys: [Text]) {
            first = keys.first.map { Self.value(of: item, $0) } ?? ""
            others = keys.count > 1 ? keys.dropFirst().map { Self.value(of: item, $0) } : []
            guard !first.isEmpty || others.contains(where: { !$0.isEmpty }) else { return nil }
        }

        private static func value(of item: Value, _ key: Text) -> Text {
            guard let value = item[key], !value.isNull else { return "" }
            return value.scalarText ?? ""
        }

        /// Whether both agree in the keys that both have, of which there is one.
        func overlaps(_ other: Identity) -> Bool {
            var agrees = false
            for (a, b) in zip([first] + others, [other.first] + other.others) where !a.isEmpty && !b.isEmpty {
                if a != b { return false }
                agrees = true
            }
            return agrees
        }
    }
}
