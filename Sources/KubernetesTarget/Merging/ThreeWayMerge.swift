// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// What a live object becomes when a manifest is applied to it, for kinds that the server cannot apply itself. Pure.
///
/// Three sides: what is declared now, which wins; what was declared before and is no more, which goes; what is live
/// beside both, which stays. It is the merge of `kubectl apply` with what is known of lists, and without a schema.
enum ThreeWayMerge {
    /// - Parameters:
    ///   - desired: of the same kind and API version as the live object. Of its metadata only marks count.
    ///   - before: fields that were declared when it was written last; `nil` when that was never.
    /// - Returns: the whole object. What only the server writes is as it was.
    static func merge(_ desired: Value, into live: Value, before: FieldSet?) -> Value {
        guard case .object(let wanted) = desired, case .object(var object) = live else { return live }
        let before = before ?? FieldSet()
        removeGone(before, wanted.pairs.map(\.key) + ["metadata"], from: &object)
        for (key, value) in wanted.pairs where !LiveDifference.identity.contains(key) && key != "metadata" {
            object[key] = merge(value, object[key], before[.field(key)], list: key)
        }
        object["metadata"] = marks(wanted["metadata"], object["metadata"], before[.field("metadata")])
        return .object(object)
    }

    private static func marks(_ desired: Value?, _ live: Value?, _ before: FieldSet?) -> Value? {
        var metadata = live?.objectValue ?? Object()
        for key in LiveDifference.metadata.sorted() {
            let wanted = desired?[key]
            if let gone = before?[.field(key)], wanted ?? .null == .null {
                metadata[key] = metadata[key].flatMap { remove(gone, from: $0) }
            } else if let wanted {
                metadata[key] = merge(wanted, metadata[key], before?[.field(key)], list: key)
            }
        }
        return .object(metadata)
    }

    private static func merge(_ desired: Value, _ live: Value?, _ before: FieldSet?, list: Text) -> Value? {
        // Nothing is said of it.
        if desired == .null { return live }
        switch (desired, live) {
        case (.object(let wanted), .object(var object)):
            if let before {
                removeGone(before, wanted.pairs.filter { $0.value != .null }.map(\.key), from: &object)
            }
            for (key, value) in wanted.pairs {
                object[key] = merge(value, object[key], before?[.field(key)], list: key)
            }
            return .object(object)
        case (.array(let wanted), .array(let items)):
            guard let matching = ListMatching(wanted, items, owned: before, list: list) else { return desired }
            return .array(merge(wanted, items, matching, before, list: list))
        default: return desired.withoutNulls
        }
    }

    /// Live items keep their places; what is new comes behind them in its own order.
    private static func merge(
        _ wanted: [Value], _ items: [Value], _ matching: ListMatching, _ before: FieldSet?, list: Text
    ) -> [Value] {
        let wantedIndex = Dictionary(matching.liveIndex.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var merged: [Value] = []
        for (place, item) in items.enumerated() {
            let element = matching.element(of: item)
            if let index = wantedIndex[place] {
                if let value = merge(wanted[index], item, before?[element], list: list) { merged.append(value) }
            } else if before?.children[element] == nil {
                merged.append(item)
            }
        }
        return merged + wanted.indices.filter { matching.liveIndex[$0] == nil }.map { wanted[$0].withoutNulls }
    }

    /// - Parameter keys: what is declared now.
    private static func removeGone(_ before: FieldSet, _ keys: [Text], from object: inout Object) {
        let keys = Set(keys)
        for (element, set) in before.children {
            guard case .field(let name) = element, !keys.contains(name), let live = object[name] else { continue }
            object[name] = remove(set, from: live)
        }
    }

    /// Without fields that were ours; what others have put beside them stays. `nil` when nothing is left.
    private static func remove(_ fields: FieldSet, from value: Value) -> Value? {
        guard !fields.isWhole else { return nil }
        switch value {
        case .object(var object):
            for (element, set) in fields.children {
                guard case .field(let name) = element, let live = object[name] else { continue }
                object[name] = remove(set, from: live)
            }
            return object.isEmpty ? nil : .object(object)
        case .array(let items):
            let left = items.filter { item in
                !fields.children.keys.contains { element in
                    switch element {
                    case .item(let keys): item.matches(keys)
                    case .value(let value): item == value
                    case .field, .index: false
                    }
                }
            }
            return left.isEmpty ? nil : .array(left)
        default: return value
        }
    }
}

extension Value {
    /// A null in a manifest says nothing, so that none is sent.
    fileprivate var withoutNulls: Value {
        switch self {
        case .object(let object):
            .object(
                Object(uniquePairs: object.pairs.filter { $0.value != .null }.map { ($0.key, $0.value.withoutNulls) }))
        case .array(let items): .array(items.map(\.withoutNulls))
        case .null, .bool, .number, .string, .secret: self
        }
    }
}
